import { expect, test } from 'vitest';
import type { OperationId, RequestId, ServerId } from '../../shared/model/ids.ts';
import type { Cell, CellState } from '../../shared/model/operation.ts';
import { cancelledCells, closedCells, reopenedCells, retriedCells } from './cellChanges.ts';
import { type OperationRecord, pendingCell } from './operationRecord.ts';

/** An operation of the steps one, two and undo, its cells given as states per target; those that ran have a start. */
function record(states: CellState[][], wish: OperationRecord['wish'] = 'run'): OperationRecord {
  const steps = [
    { id: 'one', title: 'One', runs: 'always' as const },
    { id: 'two', title: 'Two', runs: 'always' as const },
    { id: 'undo', title: 'Undo', runs: 'on-failure' as const },
  ];
  const targets = states.map((_, n) => ({ serverId: `s${n}` as ServerId, name: `s${n}` }));
  const cell = (serverId: ServerId, stepId: string, state: CellState): Cell => {
    const ran = state !== 'pending' && state !== 'cancelled' && state !== 'skipped';
    return { ...pendingCell(serverId, stepId), state, ...(ran && { attempt: 1, startedAtMs: 5, finishedAtMs: 6, exitCode: 1 }) };
  };
  return {
    ...{
      id: 'op_1' as OperationId,
      requestId: 'request-1' as RequestId,
      kind: 'exec',
      title: 't',
      subject: null,
      who: 'w',
      parentId: null,
      state: 'running',
      wish,
    },
    ...{ strategy: { kind: 'all', concurrency: 1 }, failureLimit: 0, mutates: false, spec: {}, steps, targets },
    cells: states.map((row, n) => row.map((state, index) => cell(`s${n}` as ServerId, steps[index]?.id ?? '', state))),
    ...{ createdAtMs: 1, startedAtMs: 1, finishedAtMs: null, error: null },
  };
}

const names = (cells: Cell[]) => cells.map((cell) => `${cell.serverId}/${cell.stepId} ${cell.state}`);

test.each<[string, CellState[], boolean, string[]]>([
  ['more to do', ['done', 'pending', 'pending'], false, []],
  ['a way back to go', ['failed', 'pending', 'pending'], false, []],
  ['success', ['done', 'done', 'pending'], false, ['s0/undo skipped']],
  ['a failure whose way back is gone', ['failed', 'pending', 'done'], false, ['s0/two cancelled']],
  ['nobody can tell', ['needs-attention', 'pending', 'pending'], false, ['s0/two cancelled', 's0/undo cancelled']],
  ['abandoned', ['pending', 'pending', 'pending'], true, ['s0/one cancelled', 's0/two cancelled', 's0/undo cancelled']],
])('closes what will not run: %s', (_, states, abandoned, expected) => {
  expect(names(closedCells(record([states]), 0, abandoned))).toEqual(expected);
});

test('taking a failed cell up again reopens it, what came after it, its way back, and targets that were held back', () => {
  const failed = record([
    ['done', 'failed', 'done'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['failed', 'cancelled', 'done'],
  ]);
  const reopened = reopenedCells(failed, 0, 1);
  expect(names(reopened)).toEqual(['s0/two pending', 's0/undo pending', 's1/one pending', 's1/two pending', 's1/undo pending']);
  expect(reopened[0]).toMatchObject({ attempt: 1, startedAtMs: null, finishedAtMs: null, exitCode: null, error: null });
});

test('in an operation that a person cancelled only the target itself is taken up again', () => {
  const cancelled = record(
    [
      ['failed', 'cancelled', 'done'],
      ['cancelled', 'cancelled', 'cancelled'],
    ],
    'cancel',
  );
  expect(names(reopenedCells(cancelled, 0, 0))).toEqual(['s0/one pending', 's0/two pending', 's0/undo pending']);
});

test('what a person skipped stays skipped', () => {
  expect(names(reopenedCells(record([['skipped', 'failed', 'skipped']]), 0, 1))).toEqual(['s0/two pending']);
});

test('cancelling a cell that waits closes what comes after it, and the retry of others leaves it alone', () => {
  const one = record([
    ['pending', 'pending', 'pending'],
    ['failed', 'cancelled', 'done'],
  ]);
  const changed = cancelledCells(one, 0, 0, 9);
  expect(names(changed)).toEqual(['s0/one cancelled', 's0/two cancelled', 's0/undo cancelled']);
  expect(changed[0]).toMatchObject({ detail: 'cancelled', finishedAtMs: 9, startedAtMs: null });
  const [first, second, third] = changed;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three cells');
  const after = { ...one, cells: one.cells.with(0, [first, second, third]) };
  expect(names(reopenedCells(after, 1, 0)).filter((name) => name.startsWith('s0'))).toEqual([]);
  expect(names(retriedCells(after, () => false)).filter((name) => name.startsWith('s0'))).toEqual(['s0/one pending', 's0/two pending', 's0/undo pending']);
});

test('retrying what failed takes up each of them once, with what was held back, and nothing that succeeded', () => {
  const one = record([
    ['failed', 'cancelled', 'done'],
    ['done', 'done', 'skipped'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['needs-attention', 'cancelled', 'cancelled'],
  ]);
  const again = names(retriedCells(one, () => false));
  expect(new Set(again).size).toBe(again.length);
  expect(new Set(again.map((name) => name.split('/')[0]))).toEqual(new Set(['s0', 's2', 's3']));
  expect(names(retriedCells(one, (target) => target === 0)).filter((name) => name.startsWith('s0'))).toEqual([]);
  expect(retriedCells(record([['done', 'done', 'skipped']]), () => false)).toEqual([]);
});
