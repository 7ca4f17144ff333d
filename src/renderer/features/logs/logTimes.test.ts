import { expect, it } from 'vitest';
import { lineTime, parseMoment, timeField } from './logTimes.ts';

const at = Date.UTC(2026, 10, 21, 20, 34, 1, 7);
const local = (ms: number) => new Date(ms);

it('writes times with milliseconds, in UTC or local, with the date where asked', () => {
  expect(lineTime(at, 'utc', false)).toBe('20:34:01.007');
  expect(lineTime(at, 'utc', true)).toBe('11-21 20:34:01.007');
  const hours = String(local(at).getHours()).padStart(2, '0');
  expect(lineTime(at, 'local', false)).toBe(`${hours}:34:01.007`);
  expect(lineTime(at, 'local', true)).toHaveLength(18);
  expect(lineTime(at, 'off', true)).toBe('');
  expect(timeField(at, 'utc')).toBe('2026-11-21T20:34:01');
});

it.each([
  ['15m', at - 900_000],
  ['2 h ago', at - 7_200_000],
  ['-1d', at - 86_400_000],
  ['20:00', Date.UTC(2026, 10, 21, 20, 0)],
  ['20:33:59.5', Date.UTC(2026, 10, 21, 20, 33, 59, 500)],
  ['21:00', Date.UTC(2026, 10, 20, 21, 0)],
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  ['2026-11-20 10:30', Date.UTC(2026, 10, 20, 10, 30)],
  ['2026-11-20T10:30:15.250', Date.UTC(2026, 10, 20, 10, 30, 15, 250)],
  ['2026-11-20T10:30:00+02:00', Date.UTC(2026, 10, 20, 8, 30)],
])('reads %s as a moment', (text, moment) => expect(parseMoment(text, at, 'utc')).toBe(moment));

it.each(['', 'soon', '25:00', '12:61', '2026-13-40', '5 weeks'])('reads no moment in %j', (text) => expect(parseMoment(text, at, 'utc')).toBeNull());

it('reads its own field back, local and UTC', () => {
  for (const style of ['utc', 'local'] as const) expect(parseMoment(timeField(at, style), at, style)).toBe(at - 7);
});
