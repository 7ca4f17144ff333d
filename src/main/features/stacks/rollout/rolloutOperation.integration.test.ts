import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { downOperation, restartOperation } from '../day2/lifecycleOperations.ts';
import { secretName } from '../release/secretSource.ts';
import { rollbackOperation } from './rollbackOperation.ts';
import { rolloutOperation } from './rolloutOperation.ts';
import { createTestRollout, type Results, type TestRollout, testStack } from './testRollout.ts';

let world: TestRollout;
beforeEach(async () => {
  world = await createTestRollout();
});
afterEach(async () => {
  await world.remove();
});

const deploy = (parameters: Record<string, string> = {}, givenSecrets: string[] = []) =>
  world.run(rolloutOperation(world.ports), { stack: testStack(parameters), givenSecrets, who: 'Ada', note: null });
const head = { stackId: 'demo', title: 'Demo', who: 'Ada' };
const states = (results: Results) =>
  Object.fromEntries(Object.entries(results).map(([step, result]) => [step, result === null ? null : result instanceof AppError ? result.code : result.state]));
const releases = async () => (await (await world.stack()).state()).releases.map(({ id, state }) => `${id} ${state}`);
const current = async () => (await (await world.stack()).state()).current?.id ?? null;
const locked = async () => (await readdir(join(world.server.directory, 'state/stacks/demo'))).includes('lock');
const allDone = {
  preflight: 'done',
  lock: 'done',
  upload: 'done',
  pull: 'done',
  evidence: 'done',
  switch: 'done',
  'warm-up': 'done',
  gate: 'done',
  soak: 'skipped',
  record: 'done',
  restore: null,
};
const firstDone = { ...allDone, evidence: 'satisfied' };

describe('a deploy', () => {
  test('goes through all steps and leaves a release on the server', async () => {
    expect(states(await deploy())).toEqual(firstDone);
    expect(await current()).toBe('r1');
    const [release] = (await (await world.stack()).state()).releases;
    expect(release).toMatchObject({
      id: 'r1',
      state: 'current',
      who: 'Ada',
      stackVersion: 1,
      images: [
        { service: 'gateway', reference: 'demo/gateway:1', digest: `sha256:${'d'.repeat(64)}`, commit: `c0ffee${'0'.repeat(34)}` },
        { service: 'model', commit: null },
      ],
    });
    expect((await world.docker.read()).actions).toEqual(['pull', 'up r1', 'exec model pull small']);
    expect(await locked()).toBe(false);
  });

  test('keeps the secret in the env file and the sealed store, and nowhere else', async () => {
    await deploy();
    const directory = join(world.server.directory, 'state/stacks/demo/releases/r1');
    const value = world.kept.get(secretName('demo', 'gpu-1', 'PASSWORD')) ?? '';
    expect(value).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(await readFile(join(directory, 'env'), 'utf8')).toBe(`PASSWORD="${value}"\n`);
    expect((await stat(join(directory, 'env'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const name of ['project/compose.yaml', 'mounts.yaml', 'manifest.json']) expect(await readFile(join(directory, name), 'utf8')).not.toContain(value);
    expect(world.server.output).not.toContain(value);
  });

  test('of what runs already changes nothing: every step is satisfied', async () => {
    await deploy();
    const again = await deploy();
    expect(new Set(Object.values(states(again)))).toEqual(new Set(['satisfied', null]));
    expect(again['gate']).toMatchObject({ detail: 'r1 is this already' });
    expect(await releases()).toEqual(['r1 current']);
    expect((await world.docker.read()).actions).toHaveLength(3);
  });

  test('of something else makes the next release and keeps the secret of the server', async () => {
    await deploy();
    const before = world.kept.get(secretName('demo', 'gpu-1', 'PASSWORD'));
    world.kept.clear();
    expect(states(await deploy({ tag: '2' }))).toEqual(allDone);
    expect(await releases()).toEqual(['r2 current', 'r1 superseded']);
    expect(await (await world.stack()).secretsOf('r2')).toEqual({ PASSWORD: before });
  });

  test('with a secret given makes a release with it', async () => {
    await deploy();
    world.kept.set(secretName('demo', 'gpu-1', 'PASSWORD'), 'a "quoted" $value\\');
    expect(states(await deploy({}, ['PASSWORD']))).toEqual(allDone);
    expect(await (await world.stack()).secretsOf('r2')).toEqual({ PASSWORD: 'a "quoted" $value\\' });
  });

  test('whose health gate fails brings the previous release back and says so', async () => {
    await deploy();
    const failed = await deploy({ tag: '2-broken' });
    expect(states(failed)).toEqual({ ...allDone, gate: 'stack.gate-failed', soak: null, record: null, restore: 'done' });
    expect(failed['gate']).toMatchObject({
      data: {
        ...{ server: 'gpu-1', stack: 'demo', gate: 'containers healthy', restored: 'r1' },
        reason:
          'ph-demo-gateway-1 is unhealthy; gateway is unhealthy: its health check says: connection refused; its last lines: last words of demo/gateway:2-broken',
      },
    });
    expect(failed['restore']).toMatchObject({ detail: 'r1 is back' });
    expect(await current()).toBe('r1');
    expect(await releases()).toEqual(['r2 failed', 'r1 current']);
    expect((await world.docker.read()).containers.map(({ image }) => image)).toEqual(['demo/gateway:1', 'demo/model:1']);
    expect(world.server.output).toContain('last words of demo/gateway:2-broken');
    expect(await locked()).toBe(false);
    expect(states(await deploy({ tag: '3' }))).toEqual(allDone);
    expect(await releases()).toEqual(['r3 current', 'r2 failed', 'r1 superseded']);
  });

  test('whose first release fails its gate removes what it started', async () => {
    const failed = await deploy({ tag: '1-dies' });
    expect(failed['gate']).toMatchObject({
      code: 'stack.gate-failed',
      data: { restored: null, reason: expect.stringContaining('ph-demo-gateway-1 has ended with exit code 1') },
    });
    expect(await current()).toBeNull();
    expect(await releases()).toEqual(['r1 failed']);
    expect((await world.docker.read()).containers).toEqual([]);
  });

  test('whose model says nothing, whose model cannot be pulled and whose containers do not start are brought back too', async () => {
    await deploy();
    await world.docker.change({ chat: 'silent' });
    expect((await deploy({ tag: '2' }))['gate']).toMatchObject({ data: { gate: 'chat', reason: expect.stringContaining('holds no token'), restored: 'r1' } });
    await world.docker.change({ chat: 'ok' });
    expect((await deploy({ model: 'no-such-model' }))['warm-up']).toMatchObject({
      data: { gate: 'Pull the model', reason: expect.stringContaining('does not exist'), restored: 'r1' },
    });
    world.kept.set(secretName('demo', 'gpu-1', 'PASSWORD'), 'boom');
    expect((await deploy({}, ['PASSWORD']))['switch']).toMatchObject({ data: { gate: 'start of the containers', restored: 'r1' } });
    expect(await releases()).toEqual(['r4 failed', 'r3 failed', 'r2 failed', 'r1 current']);
    expect(await current()).toBe('r1');
  });

  test('of an image that is not there fails at the pull and touches nothing that runs', async () => {
    await deploy();
    const failed = await deploy({ tag: 'absent' });
    expect(states(failed)).toMatchObject({ pull: 'stack.pull-failed', switch: null, restore: 'done' });
    expect(failed['pull']).toMatchObject({ data: { image: 'demo/gateway:absent', reason: expect.stringContaining('manifest unknown') } });
    expect(failed['restore']).toMatchObject({ detail: 'what runs was not touched' });
    expect((await world.docker.read()).actions.filter((action) => action.startsWith('up'))).toEqual(['up r1']);
    expect(await releases()).toEqual(['r2 failed', 'r1 current']);
    expect(await locked()).toBe(false);
  });

  test('that Compose refuses leaves no release behind', async () => {
    await world.docker.change({ configProblem: 'yaml: line 7: mapping values are not allowed' });
    expect((await deploy())['upload']).toMatchObject({
      code: 'stack.compose-malformed',
      data: { line: 7, problem: expect.stringContaining('mapping values') },
    });
    expect(await releases()).toEqual([]);
    expect(await readdir(join(world.server.directory, 'state/stacks/demo/releases'))).toEqual([]);
    expect(await locked()).toBe(false);
  });

  test.each([
    ['down', 'docker.daemon-down'],
    ['denied', 'docker.denied'],
  ] as const)('where Docker is %s is refused before anything is written', async (mode, code) => {
    await world.docker.change({ mode });
    const failed = await deploy();
    expect(states(failed)).toMatchObject({ preflight: code, lock: null, restore: 'skipped' });
    expect(await readdir(join(world.server.directory, 'state'))).toEqual([]);
  });

  test('on a server that is too small names what is short', async () => {
    const failed = await deploy({ minMemoryMib: '16000000' });
    expect(failed['preflight']).toMatchObject({
      code: 'stack.requirement-unmet',
      data: { shortfalls: [expect.stringMatching(/^memory is [0-9]+ MiB, 16000000 MiB is needed$/)] },
    });
  });
});

describe('a core that ends', () => {
  test('on the way back of a gate finishes it in its next life, and tells the same', async () => {
    await deploy();
    world.server.beforeJob = (name) => {
      if (name === 'restore') throw new Error('the core dies here');
    };
    await expect(deploy({ tag: '2-broken' })).rejects.toThrow('the core dies here');
    world.server.beforeJob = () => {};
    const results = await world.again(
      rolloutOperation(world.ports),
      { stack: testStack({ tag: '2-broken' }), givenSecrets: [], who: 'Ada', note: null },
      'gate',
    );
    expect(results['gate']).toMatchObject({ code: 'stack.gate-failed', data: { restored: 'r1' } });
    expect(results['restore']).toMatchObject({ detail: 'r1 is back' });
    expect(await releases()).toEqual(['r2 failed', 'r1 current']);
    expect(await locked()).toBe(false);
  });

  test('in the middle of the start takes the same job up again', async () => {
    world.server.beforeJob = (name) => {
      if (name === 'up') throw new Error('the core dies here');
    };
    await expect(deploy()).rejects.toThrow('the core dies here');
    world.server.beforeJob = () => {};
    const results = await world.again(rolloutOperation(world.ports), { stack: testStack(), givenSecrets: [], who: 'Ada', note: null }, 'switch');
    expect(states(results)).toMatchObject({ switch: 'done', gate: 'done', record: 'done', restore: null });
    expect((await world.docker.read()).actions).toEqual(['pull', 'up r1', 'exec model pull small']);
  });
});

describe('afterwards', () => {
  const rollback = (to: string | null = null) => world.run(rollbackOperation(world.ports), { ...head, to });

  test('a rollback goes to the release before, or to the one that is named', async () => {
    await deploy();
    await deploy({ tag: '2' });
    await deploy({ tag: '3' });
    expect(states(await rollback())).toMatchObject({ choose: 'done', pull: 'satisfied', switch: 'done', gate: 'done', record: 'done' });
    expect(await releases()).toEqual(['r3 superseded', 'r2 current', 'r1 superseded']);
    await rollback('r3');
    expect(await current()).toBe('r3');
    expect((await world.docker.read()).containers[0]?.image).toBe('demo/gateway:3');
    expect(states(await rollback('r3'))).toMatchObject({ preflight: 'satisfied', switch: 'satisfied' });
  });

  test('a rollback without a release to go to says so', async () => {
    expect((await rollback())['preflight']).toMatchObject({ code: 'stack.not-deployed' });
    await deploy();
    expect((await rollback())['preflight']).toMatchObject({ code: 'stack.release-not-found' });
    expect((await rollback('r7'))['preflight']).toMatchObject({ code: 'stack.release-not-found', data: { release: 'r7' } });
  });

  test('down stops it, keeps the releases, and is satisfied the second time', async () => {
    await deploy();
    const down = () => world.run(downOperation(world.ports), head);
    expect(states(await down())).toEqual({ down: 'done', unlock: null });
    expect(await current()).toBeNull();
    expect(await releases()).toEqual(['r1 superseded']);
    expect(states(await down())).toEqual({ down: 'satisfied', unlock: null });
    const before = await (await world.stack()).secretsOf('r1');
    world.kept.clear();
    expect(states(await deploy())).toEqual(firstDone);
    expect(await (await world.stack()).secretsOf('r2')).toEqual(before);
  });

  test('restart restarts the services that are named, and refuses others', async () => {
    const restart = (services: string[]) => world.run(restartOperation(world.ports), { ...head, services });
    expect((await restart([]))['restart']).toMatchObject({ code: 'stack.not-deployed' });
    await deploy();
    expect(states(await restart(['gateway']))).toEqual({ restart: 'done', unlock: null });
    expect((await world.docker.read()).actions.at(-1)).toBe('restart gateway');
    expect((await restart(['nothing']))['restart']).toMatchObject({ code: 'stack.parameter-invalid' });
    expect(await locked()).toBe(false);
  });
});
