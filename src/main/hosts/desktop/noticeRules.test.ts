import { expect, test } from 'vitest';
import type { OperationId } from '../../../shared/model/ids.ts';
import type { OperationSummary } from '../../../shared/model/operation.ts';
import { noticeOf } from './noticeRules.ts';

function operation(changes: Partial<OperationSummary> = {}): OperationSummary {
  return {
    id: 'op_1' as OperationId,
    kind: 'workflow',
    title: 'Day 1',
    subject: 'day1-base',
    state: 'succeeded',
    targets: [{ serverId: 'srv_1' as OperationSummary['targets'][number]['serverId'], name: 'gpu-1' }],
    cellsTotal: 5,
    cellsFinished: 5,
    currentStep: null,
    who: 'Ada',
    createdAtMs: 0,
    startedAtMs: 1000,
    finishedAtMs: 42_400,
    error: null,
    ...changes,
  };
}

test('an operation that ended says how, where and after how long', () => {
  expect(noticeOf('running', operation())).toEqual({ title: 'Day 1 succeeded', body: 'gpu-1 · 41 s', to: '/operations/op_1' });
});

test.each([
  ['failed', 'Day 1 failed'],
  ['partly-failed', 'Day 1 failed on some servers'],
  ['cancelled', 'Day 1 was cancelled'],
  ['needs-attention', 'Day 1 needs your attention'],
  ['waiting', 'Day 1 waits for you'],
] as const)('%s is worth a notice', (state, title) => {
  expect(noticeOf('running', operation({ state }))?.title).toBe(title);
});

test('several servers are counted, and long spans are told in minutes and hours', () => {
  const [target] = operation().targets;
  if (target === undefined) throw new Error('no target');
  expect(noticeOf('running', operation({ targets: [target, target, target], finishedAtMs: 1000 + 185_000 }))?.body).toBe('3 servers · 3 min 5 s');
  expect(noticeOf('running', operation({ finishedAtMs: 1000 + 2 * 3_600_000 + 60_000 }))?.body).toBe('gpu-1 · 2 h 1 min');
});

test('what is on its way, what was seen so before, and what had ended before anyone looked is worth none', () => {
  for (const state of ['queued', 'running', 'paused'] as const) expect(noticeOf('queued', operation({ state, finishedAtMs: null }))).toBeNull();
  expect(noticeOf('succeeded', operation())).toBeNull();
  expect(noticeOf(undefined, operation())).toBeNull();
});
