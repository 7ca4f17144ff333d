import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { rolloutOperation } from './rolloutOperation.ts';
import { createTestRollout, type Results, type TestRollout, testStack } from './testRollout.ts';

let world: TestRollout;
beforeEach(async () => {
  world = await createTestRollout();
});
afterEach(async () => {
  await world.remove();
});

const spec = (parameters: Record<string, string>, more: Parameters<typeof testStack>[1] = {}) => ({
  ...{ stack: testStack(parameters, more), givenSecrets: [], who: 'Ada', note: null },
});
const deploy = (parameters: Record<string, string> = {}, more: Parameters<typeof testStack>[1] = {}) =>
  world.run(rolloutOperation(world.ports), spec(parameters, more));
const error = (results: Results) => Object.values(results).find((result) => result instanceof AppError);
const actions = async () => (await world.docker.read()).actions;
const place = (path: string) => join(world.server.directory, 'state/stacks/demo/releases', path);

/** The gateway stands on the model, whose data is migrated before. */
const phases = (command: string) => ({
  start: [
    { title: 'Store', services: ['model'] },
    { title: 'Migrate', run: { service: 'gateway', command: ['migrate', command], timeoutS: 20 }, dump: ['model'] },
  ],
  backups: [{ service: 'model', title: 'Data', form: 'stream' as const, save: 'cat data', restore: 'cat >data' }],
});

describe('the start of a release', () => {
  test('goes phase by phase, data is kept before a migration, and what no phase names comes last', async () => {
    await writeFile(join(world.server.directory, 'data'), 'before');
    await deploy({}, phases('up'));
    expect(await actions()).toEqual(['pull', 'up r1 model', 'dump model', 'run gateway migrate up', 'up r1', 'exec model pull small']);
    expect(await readFile(place('r1/dumps/model.dump'), 'utf8')).toBe('before');
    expect((await stat(place('r1/dumps/model.dump'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(world.server.directory, 'data'), 'utf8')).toBe('migrated');
  });

  test('whose migration fails brings the data back with the release, with nothing running that could write to it', async () => {
    await writeFile(join(world.server.directory, 'data'), 'at first');
    await deploy({}, phases('up'));
    await writeFile(join(world.server.directory, 'data'), 'of r1');
    const before = (await actions()).length;
    const failed = await deploy({ tag: '2' }, phases('fails'));
    expect(error(failed)).toMatchObject({
      code: 'stack.gate-failed',
      data: { gate: 'Migrate', reason: expect.stringMatching(/migrate fails ended with exit code 3: .*column "tenant" does not exist/), restored: 'r1' },
    });
    expect(failed['restore']).toMatchObject({ detail: 'r1 is back' });
    expect(await readFile(join(world.server.directory, 'data'), 'utf8')).toBe('of r1');
    expect((await actions()).slice(before)).toEqual([
      ...['pull', 'up r2 model', 'dump model', 'run gateway migrate fails'],
      ...['stop gateway', 'up r1 model', 'undump model', 'up r1'],
    ]);
  });

  test('whose phase is not well goes no further', async () => {
    await deploy({}, { start: [{ title: 'Gateway', services: ['gateway'] }] });
    const failed = await deploy({ tag: '2-broken' }, { start: [{ title: 'Gateway', services: ['gateway'] }] });
    expect(error(failed)).toMatchObject({ data: { gate: 'Gateway', reason: expect.stringContaining('is unhealthy'), restored: 'r1' } });
    expect(await actions()).not.toContain('up r2');
  });

  test('keeps what the old containers wrote, without variables, for nobody else to read', async () => {
    await deploy();
    const results = await deploy({ tag: '2' });
    expect(results['evidence']).toMatchObject({ state: 'done', detail: '2 containers' });
    expect((await readdir(place('r2/evidence/before'))).sort()).toEqual([
      ...['ph-demo-gateway-1.json', 'ph-demo-gateway-1.log', 'ph-demo-model-1.json', 'ph-demo-model-1.log'],
    ]);
    const inspected = await readFile(place('r2/evidence/before/ph-demo-gateway-1.json'), 'utf8');
    expect(inspected).toContain('demo/gateway:1');
    expect(inspected).not.toContain('never-kept');
    expect(await readFile(place('r2/evidence/before/ph-demo-gateway-1.log'), 'utf8')).toContain('last words of demo/gateway:1');
    expect((await stat(place('r2/evidence/before/ph-demo-gateway-1.log'))).mode & 0o777).toBe(0o600);
    expect(world.server.output).toContain('evidence/before');
  });
});

describe('a release that has proved to be good', () => {
  test('stays when its record fails, and is recorded on the way back', async () => {
    await deploy();
    const { exec } = world.server.remote;
    let broken = true;
    world.server.remote.exec = async (request) => {
      const isRecord = request.script.includes('image.revision') && world.server.phases.length > 0;
      if (!isRecord || !broken) return exec(request);
      broken = false;
      return { exitCode: 1, signal: null, stdout: '', stderr: 'Docker is busy' };
    };
    const results = await deploy({ tag: '2' });
    expect(error(results)).toMatchObject({ code: 'remote.command-failed' });
    expect(results['restore']).toMatchObject({ state: 'done', detail: 'r2 had proved to be good: it stays' });
    expect((await actions()).filter((action) => action.startsWith('up'))).toEqual(['up r1', 'up r2']);
    const state = await (await world.stack()).state();
    expect([state.current?.id, state.current?.state]).toEqual(['r2', 'current']);
  });
});

describe('the cause of a failure', () => {
  test.each([
    ['2-loops', 'ph-demo-gateway-1 ends again and again with exit code 1; gateway ended with exit code 1, started again 7 times; its last lines'],
    ['2-hungry', 'gateway was killed because it ran out of memory (exit code 137, OOMKilled)'],
    ['2-dies', 'gateway ended with exit code 1'],
    ['2-broken', 'its health check says: connection refused'],
  ])('of %s is named', async (tag, words) => {
    await deploy();
    expect(error(await deploy({ tag }))).toMatchObject({ data: { reason: expect.stringContaining(words), restored: 'r1' } });
    expect(await readdir(place('r2/evidence/failed'))).toContain('ph-demo-gateway-1.log');
  });

  test('is a wrong answer where the status is right', async () => {
    await deploy();
    await world.docker.change({ chat: 'degraded' });
    const gates = [
      { kind: 'http' as const, title: 'health', url: 'http://127.0.0.1:8000/health', status: [200], timeoutS: 1, expect: [{ path: 'gateway', equals: 'ok' }] },
    ];
    expect(error(await deploy({ tag: '2' }, { gates }))).toMatchObject({
      data: { gate: 'health', reason: expect.stringContaining('it answered 200, but gateway is degraded, ok is expected'), restored: 'r1' },
    });
  });
});

describe('a release that is watched', () => {
  test('is brought back when Docker has to start a container again', async () => {
    await deploy();
    world.ports.soakS = () => 30;
    const readFacts = world.server.remote.exec;
    let looks = 0;
    world.server.remote.exec = async (request) => {
      const isWatched = world.server.phases.at(-1)?.includes('watched') === true && request.script.includes('"restarts"');
      if (isWatched && ++looks === 2) {
        const { containers } = await world.docker.read();
        await world.docker.change({ containers: containers.map((each) => (each.service === 'gateway' ? { ...each, restarts: 2 } : each)) });
      }
      return readFacts(request);
    };
    expect(error(await deploy({ tag: '2' }))).toMatchObject({
      data: { gate: 'no restarts', reason: expect.stringContaining('while it was watched: gateway ended and was started again 2 times'), restored: 'r1' },
    });
  });

  test('is recorded when its time is over and its gates pass again', async () => {
    world.ports.soakS = () => 1;
    expect((await deploy())['soak']).toMatchObject({ state: 'done', detail: '1 s without a restart' });
  });
});
