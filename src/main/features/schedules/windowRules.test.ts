import { expect, test } from 'vitest';
import type { WindowFields } from '../../../shared/model/maintenanceWindow.ts';
import { maintenanceVerdict, windowProblem, windowSpans, windowStand } from './windowRules.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const night: WindowFields = {
  name: 'sunday-night',
  selector: '*',
  when: { kind: 'recurring', recurrence: { every: 'week', weekday: 7, at: '23:00', zone: 'Europe/Berlin' }, until: '03:30' },
};
const once = (from: string, until: string): WindowFields => ({ name: 'move', selector: '*', when: { kind: 'once', from, until, zone: 'Europe/Berlin' } });
const look = (window: WindowFields, now: string) => {
  const { openUntilMs, nextAtMs } = windowStand(window, at(now));
  return [iso(openUntilMs), iso(nextAtMs)];
};

test('a window over midnight ends on the next day, by the wall clock also when that is turned back or forward meanwhile', () => {
  // Clocks are turned at 03:00 on 2027-03-28 and 2026-10-25, both nights from Saturday to Sunday.
  const saturday: WindowFields = {
    ...night,
    when: { kind: 'recurring', recurrence: { every: 'week', weekday: 6, at: '23:00', zone: 'Europe/Berlin' }, until: '03:30' },
  };
  expect(look(saturday, '2026-10-24T21:00:00Z')).toEqual(['2026-10-25T02:30:00.000Z', '2026-10-31T22:00:00.000Z']);
  expect(look(saturday, '2026-10-25T02:30:00Z')).toEqual([null, '2026-10-31T22:00:00.000Z']);
  expect(look(saturday, '2027-03-27T22:00:00Z')).toEqual(['2027-03-28T01:30:00.000Z', '2027-04-03T21:00:00.000Z']);
  expect(look(night, '2026-11-21T12:00:00Z')).toEqual([null, '2026-11-22T22:00:00.000Z']);
});

test('a window that is opened once is closed for good after it', () => {
  const move = once('2026-12-01T22:00', '2026-12-02T01:00');
  expect(look(move, '2026-12-01T20:59:59Z')).toEqual([null, '2026-12-01T21:00:00.000Z']);
  expect(look(move, '2026-12-01T21:00:00Z')).toEqual(['2026-12-02T00:00:00.000Z', null]);
  expect(look(move, '2026-12-02T00:00:00Z')).toEqual([null, null]);
  expect(windowProblem(move)).toBeNull();
  expect(windowProblem(once('2026-12-02T22:00', '2026-12-02T01:00'))).toBe('it ends before it begins');
  expect(windowProblem(once('2026-02-30T22:00', '2026-12-02T01:00'))).toBe('there is no such day');
});

test('when a window was open in the past is told whole, with what reaches into that time', () => {
  const spans = (window: WindowFields, from: string, until: string) =>
    windowSpans(window, at(from), at(until)).map(({ fromMs, untilMs }) => [iso(fromMs), iso(untilMs)]);
  const first = ['2026-11-15T22:00:00.000Z', '2026-11-16T02:30:00.000Z'];
  const second = ['2026-11-22T22:00:00.000Z', '2026-11-23T02:30:00.000Z'];
  expect(spans(night, '2026-11-16T02:00:00Z', '2026-11-23T12:00:00Z')).toEqual([first, second]);
  expect(spans(night, '2026-11-16T02:30:00Z', '2026-11-22T22:00:00Z')).toEqual([]);
  expect(spans(night, '2026-11-22T23:00:00Z', '2026-11-22T23:00:01Z')).toEqual([second]);
  const daily: WindowFields = { ...night, when: { kind: 'recurring', recurrence: { every: 'day', at: '12:00', zone: 'UTC' }, until: '12:00' } };
  // It opens again as it closes: one goes over into the next.
  expect(spans(daily, '2026-11-22T11:00:00Z', '2026-11-22T13:00:00Z')).toHaveLength(2);
  const move = once('2026-12-01T22:00', '2026-12-02T01:00');
  expect(spans(move, '2026-12-01T23:59:00Z', '2026-12-05T00:00:00Z')).toEqual([['2026-12-01T21:00:00.000Z', '2026-12-02T00:00:00.000Z']]);
  expect(spans(move, '2026-12-02T00:00:00Z', '2026-12-05T00:00:00Z')).toEqual([]);
});

test('a server without windows is free; several windows are looked at together', () => {
  const now = at('2026-11-21T12:00:00Z');
  expect(maintenanceVerdict([], now)).toEqual({ kind: 'free' });
  expect(maintenanceVerdict([night, once('2026-12-01T22:00', '2026-12-02T01:00')], now)).toEqual({
    kind: 'closed',
    next: { window: 'sunday-night', atMs: at('2026-11-22T22:00:00Z'), text: '"sunday-night" at 2026-11-22 23:00 (Europe/Berlin)' },
  });
  expect(maintenanceVerdict([night, once('2026-11-21T12:00', '2026-11-21T14:00')], now)).toEqual({
    kind: 'open',
    window: 'move',
    untilMs: at('2026-11-21T13:00:00Z'),
  });
  expect(maintenanceVerdict([once('2026-11-01T12:00', '2026-11-01T14:00')], now)).toEqual({ kind: 'closed', next: null });
});
