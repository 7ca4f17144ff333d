import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { secretName } from '../release/secretSource.ts';
import { rolloutOperation } from '../rollout/rolloutOperation.ts';
import { createTestRollout, type Results, type TestRollout, testStack } from '../rollout/testRollout.ts';
import { nextName, type RotatePorts, rotateOperation } from './rotateOperation.ts';

let world: TestRollout;
const stack = testStack(
  {},
  { secrets: [{ name: 'PASSWORD', title: 'Password', usedBy: ['model', 'gateway'], rotate: 'cat >told; printf %s "$PH_NEW_VALUE" >named' }] },
);
const kept = secretName('demo', 'gpu-1', 'PASSWORD');
const next = nextName('demo', 'gpu-1', 'PASSWORD');

beforeEach(async () => {
  world = await createTestRollout();
  await world.run(rolloutOperation(world.ports), { stack, givenSecrets: [], who: 'Ada', note: null });
});
afterEach(() => world.remove());

const rotate = (value: string): Promise<Results> => {
  world.kept.set(next, value);
  const secrets = { ...world.ports.secrets, unset: async (name: string) => void world.kept.delete(name) };
  const ports: RotatePorts = { ...world.ports, secrets };
  return world.run(rotateOperation(ports), { stacks: { 'gpu-1': stack }, name: 'PASSWORD', title: 'Demo', who: 'Ada' });
};
const states = (results: Results) =>
  Object.fromEntries(Object.entries(results).map(([step, result]) => [step, result === null ? null : result instanceof AppError ? result.code : result.state]));
const told = () => readFile(join(world.server.directory, 'told'), 'utf8').catch(() => null);
const envOf = (release: string) => readFile(join(world.server.directory, 'state/stacks/demo/releases', release, 'env'), 'utf8');
const current = async () => (await (await world.stack()).state()).current;
const before = { preflight: 'done', lock: 'done', upload: 'done', change: 'done' };

describe('a rotation', () => {
  test('tells who keeps the secret, gives it to the services in their order, and is a release of its own', async () => {
    const old = world.kept.get(kept) ?? '';
    expect(states(await rotate('new-pass$word"1'))).toEqual({ ...before, recreate: 'done', verify: 'done', record: 'done', restore: null });
    expect(await told()).toBe('new-pass$word"1\n');
    expect((await world.docker.read()).actions.filter((action) => action.includes('r2'))).toEqual(['up r2 model', 'up r2 gateway', 'up r2']);
    expect(await (await world.stack()).secretsOf('r2')).toEqual({ PASSWORD: 'new-pass$word"1' });
    expect(await envOf('r1')).toContain(old);
    expect(await current()).toMatchObject({ id: 'r2', secrets: [{ name: 'PASSWORD', since: 'r2' }], note: 'PASSWORD rotated' });
    expect([world.kept.get(kept), world.kept.has(next)]).toEqual(['new-pass$word"1', false]);
  });

  test('that no gate lets pass is taken back: the old value is told again, the release before runs', async () => {
    const old = world.kept.get(kept) ?? '';
    await world.docker.change({ chat: 'silent' });
    expect(states(await rotate('new-password-2'))).toEqual({ ...before, recreate: 'done', verify: 'stack.gate-failed', record: null, restore: 'done' });
    expect(await told()).toBe(`${old}\n`);
    expect((await current())?.id).toBe('r1');
    expect((await world.docker.read()).actions.at(-1)).toMatch(/^up r1/);
    expect(world.kept.get(kept)).toBe(old);
  });

  test('with which a service does not even start is taken back', async () => {
    const old = world.kept.get(kept) ?? '';
    const failed = await rotate('boom-password-3');
    expect(states(failed)).toMatchObject({ ...before, recreate: 'stack.gate-failed', restore: 'done' });
    expect(await told()).toBe(`${old}\n`);
    expect((await current())?.id).toBe('r1');
  });

  test('that the keeper of the secret refuses changes nothing', async () => {
    const refusing = { ...stack, secrets: stack.secrets.map((secret) => ({ ...secret, rotate: 'exit 3' })) };
    world.kept.set(next, 'new-password-4');
    const secrets = { ...world.ports.secrets, unset: async () => {} };
    const failed = await world.run(rotateOperation({ ...world.ports, secrets }), {
      stacks: { 'gpu-1': refusing },
      name: 'PASSWORD',
      title: 'Demo',
      who: 'Ada',
    });
    expect(states(failed)).toMatchObject({ change: 'remote.command-failed', recreate: null });
    expect((await current())?.id).toBe('r1');
    expect((await world.docker.read()).actions.filter((action) => action.includes('r2'))).toEqual([]);
  });
});
