import { expect, it } from 'vitest';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { rolloutReport } from './rolloutReport.ts';

const cell = (serverId: string, stepId: string, state: Cell['state'], more: Partial<Cell> = {}): Cell => ({
  ...{ serverId: serverId as ServerId, stepId, state, phase: null, detail: null, attempt: 1, exitCode: null, error: null, startedAtMs: 1, finishedAtMs: 2 },
  ...more,
});
const failed = { error: { code: 'stack.gate-failed' as const, data: {} } };
const unreached = { startedAtMs: null, detail: 'not reached' };

it('names the result of every server', () => {
  const operation: Operation = {
    ...{ id: 'op' as OperationId, kind: 'rollout', title: 'Deploy', subject: 'demo', state: 'partly-failed', cellsTotal: 12, cellsFinished: 12 },
    ...{ currentStep: null, who: 'Ada', createdAtMs: 1, startedAtMs: 1, finishedAtMs: 2, error: null, strategy: { kind: 'rolling', size: 1 } },
    targets: ['a', 'b', 'c', 'd'].map((name) => ({ serverId: name as ServerId, name })),
    steps: [
      { id: 'gate', title: 'Health gate', runs: 'always' },
      { id: 'record', title: 'Record the release', runs: 'always' },
      { id: 'restore', title: 'Way back', runs: 'on-failure' },
    ],
    cells: [
      ...[cell('a', 'gate', 'done'), cell('a', 'record', 'done', { detail: 'r2 is current' }), cell('a', 'restore', 'skipped', { startedAtMs: null })],
      ...[cell('b', 'gate', 'failed', failed), cell('b', 'record', 'cancelled', unreached), cell('b', 'restore', 'done', { detail: 'r1 is back' })],
      ...[cell('c', 'gate', 'cancelled'), cell('c', 'record', 'cancelled', unreached), cell('c', 'restore', 'done', { detail: 'r1 is back' })],
      ...[cell('d', 'gate', 'cancelled', unreached), cell('d', 'record', 'cancelled', unreached), cell('d', 'restore', 'cancelled', unreached)],
    ],
  };
  expect(rolloutReport(operation)).toEqual([
    'a: r2 is current',
    'b: failed at "Health gate"; r1 is back',
    'c: cancelled; r1 is back',
    'd: not reached; what runs there was not touched',
  ]);
});
