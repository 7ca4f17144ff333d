import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../../../shared/model/operation.ts';
import type { Recurrence } from '../../../shared/model/recurrence.ts';
import { dueOf, mostUrgent, wentThroughOn } from './dueRules.ts';

const weekly: Recurrence = { every: 'week', weekday: 1, at: '00:00', zone: 'UTC' };
const at = (text: string) => Date.parse(text);
const since = (lastDone: string | null) => ({ sinceMs: at('2026-11-03T00:00:00Z'), lastDoneMs: lastDone === null ? null : at(lastDone) });
const stand = (lastDone: string | null, now: string) => {
  const { state, dueAtMs } = dueOf(weekly, since(lastDone), at(now));
  return `${state} ${new Date(dueAtMs).toISOString().slice(0, 10)}`;
};

test('what was never done becomes soon, due and overdue, and stays due for the first time it was missed', () => {
  expect(stand(null, '2026-11-04T00:00:00Z')).toBe('later 2026-11-09');
  expect(stand(null, '2026-11-07T00:00:00Z')).toBe('soon 2026-11-09');
  expect(stand(null, '2026-11-09T00:00:00Z')).toBe('due 2026-11-09');
  expect(stand(null, '2026-11-11T00:00:00Z')).toBe('due 2026-11-09');
  expect(stand(null, '2026-11-11T00:00:01Z')).toBe('overdue 2026-11-09');
  expect(stand(null, '2026-12-24T00:00:00Z')).toBe('overdue 2026-11-09');
});

test('done late, in time or a little early: due a week later, once', () => {
  expect(stand('2026-11-12T10:00:00Z', '2026-11-12T10:00:00Z')).toBe('later 2026-11-16');
  expect(stand('2026-11-09T10:00:00Z', '2026-11-09T11:00:00Z')).toBe('later 2026-11-16');
  expect(stand('2026-11-07T10:00:00Z', '2026-11-07T11:00:00Z')).toBe('later 2026-11-16');
  expect(stand('2026-11-05T10:00:00Z', '2026-11-07T11:00:00Z')).toBe('soon 2026-11-09');
});

test('whenever it is done from `soon` on, it is due later than before and not now', () => {
  const every = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');
  fc.assert(
    fc.property(every, fc.integer({ min: 0, max: 800 * 86_400 }), (every, seconds) => {
      const recurrence = { ...weekly, every };
      const start = since(null);
      const now = start.sinceMs + seconds * 1000;
      const before = dueOf(recurrence, start, now);
      if (before.state === 'later') return;
      const after = dueOf(recurrence, { ...start, lastDoneMs: now }, now);
      expect(after.state).toBe('later');
      expect(after.dueAtMs).toBeGreaterThan(Math.max(now, before.dueAtMs));
    }),
    { numRuns: 1000 },
  );
});

test('the most urgent counts', () => {
  expect(mostUrgent([{ state: 'later' }, { state: 'due' }, { state: 'soon' }])).toBe('due');
  expect(mostUrgent([])).toBeNull();
});

test('a run went through where every cell ended well and not all was skipped by hand', () => {
  const cell = (serverId: string, state: string, exitCode: number | null = 0) => ({ serverId, state, exitCode }) as Cell;
  const targets = ['a', 'b', 'c', 'd'].map((name) => ({ serverId: name, name })) as unknown as Parameters<typeof wentThroughOn>[0]['targets'];
  const cells = [cell('a', 'done'), cell('a', 'skipped', 1), cell('b', 'done'), cell('b', 'failed'), cell('c', 'skipped', null), cell('d', 'skipped', 1)];
  expect(wentThroughOn({ targets, cells }).map(({ name }) => name)).toEqual(['a', 'd']);
});
