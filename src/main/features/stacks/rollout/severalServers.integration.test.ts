import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation, Strategy } from '../../../../shared/model/operation.ts';
import { testStack } from './testRollout.ts';
import { makeLifeServer, openFleetLife, type RolloutLife } from './testRolloutLife.ts';

const names = ['a', 'b', 'c', 'd'];
let directory = '';
let life: RolloutLife;
let requests = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'several-'));
  for (const name of names) await makeLifeServer(join(directory, name));
  life = await openFleetLife(join(directory, 'laptop'), (id) => join(directory, id));
});
afterAll(async () => {
  await life.close();
  await rm(directory, { recursive: true, force: true });
});

/** Deploys on all four; the release is broken on those that are named. */
async function deploy(strategy: Strategy, broken: readonly string[], failureLimit?: number): Promise<Operation> {
  requests += 1;
  const more = { gates: [{ kind: 'containers' as const, timeoutS: 5 }], warmUps: [] };
  const perServer = Object.fromEntries(names.map((name) => [name, testStack({ tag: `${requests}${broken.includes(name) ? '-broken' : ''}` }, more)]));
  const { id } = await life.operations.start({
    ...{ requestId: `request-of-several-${requests}` as RequestId, kind: 'rollout', title: 'Deploy Demo', subject: 'demo', who: 'Ada', mutates: true },
    ...{ targets: names.map((name) => ({ serverId: name as ServerId, name })), strategy, ...(failureLimit === undefined ? {} : { failureLimit }) },
    spec: { stack: perServer['a'], perServer, givenSecrets: [], who: 'Ada', note: null },
  });
  return life.operations.finished(id);
}
const results = (operation: Operation) =>
  names.map((name) => {
    const cells = operation.cells.filter(({ serverId }) => serverId === name);
    if (cells.some((cell) => cell.error !== null)) return `${name} ${cells.find(({ stepId }) => stepId === 'restore')?.detail}`;
    return `${name} ${cells.find(({ stepId }) => stepId === 'record')?.detail ?? 'nothing'}`;
  });

test('one by one, a canary, and all at once: who fails is brought back and named, and the rest does not begin beyond the limit', {
  timeout: 300_000,
}, async () => {
  const first = await deploy({ kind: 'all', concurrency: 4 }, []);
  expect(results(first)).toEqual(['a r1 is current', 'b r1 is current', 'c r1 is current', 'd r1 is current']);

  const rolling = await deploy({ kind: 'rolling', size: 1 }, ['b']);
  expect(rolling.state).toBe('partly-failed');
  expect(results(rolling)).toEqual(['a r2 is current', 'b r1 is back', 'c not reached', 'd not reached']);

  const tolerant = await deploy({ kind: 'rolling', size: 1 }, ['b'], 1);
  expect(results(tolerant)).toEqual(['a r3 is current', 'b r1 is back', 'c r2 is current', 'd r2 is current']);

  const canary = await deploy({ kind: 'canary', size: 1, concurrency: 3 }, ['a']);
  expect(canary.state).toBe('failed');
  expect(results(canary)).toEqual(['a r3 is back', 'b not reached', 'c not reached', 'd not reached']);
});
