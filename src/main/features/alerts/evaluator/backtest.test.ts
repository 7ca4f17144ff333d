import { describe, expect, test } from 'vitest';
import { numbersOf } from '../testing/randomFleet.ts';
import { noonMs, reading, testRule, Watch } from '../testing/watch.ts';
import { backtest, type PastSample } from './backtest.ts';

const series = (values: readonly number[], subject = '', everyS = 10): PastSample[] =>
  values.map((value, index) => ({ atMs: noonMs + index * everyS * 1000, serverId: 'srv_a', subject, value }));
const times = (count: number, value: number) => Array.from({ length: count }, () => value);
const options = { gapS: 120, hours: null };

test('tells since when it was bad, when the alert would have come and gone, and how bad it was', () => {
  const past = series([...times(6, 0.5), ...times(10, 0.9), 0.97, ...times(10, 0.5), ...times(20, 0.9)]);
  expect(backtest(testRule(), past, options)).toEqual({
    intervals: [
      { serverId: 'srv_a', subject: '', sinceMs: noonMs + 60_000, raisedAtMs: noonMs + 120_000, untilMs: noonMs + 200_000, ended: 'good', worst: 0.97 },
      { serverId: 'srv_a', subject: '', sinceMs: noonMs + 270_000, raisedAtMs: noonMs + 330_000, untilMs: null, ended: null, worst: 0.9 },
    ],
    samples: 47,
    series: 1,
    firedMs: 80_000 + 130_000,
  });
});

test('series are apart, whatever order they are mixed in', () => {
  const [one, other] = [series(times(10, 0.9), 'gpu:0'), series(times(10, 0.1), 'gpu:1')];
  const mixed = one.flatMap((sample, index) => [other[index], sample]).filter((sample) => sample !== undefined);
  const { intervals, series: count } = backtest(testRule({ on: 'gpu' }), mixed, options);
  expect(intervals.map(({ subject }) => subject)).toEqual(['gpu:0']);
  expect(count).toBe(2);
});

describe('a gap', () => {
  const past = [...series(times(5, 0.9)), ...series(times(5, 0.9)).map((sample) => ({ ...sample, atMs: sample.atMs + 600_000 }))];

  test('makes no window of what lies before and after', () => {
    expect(backtest(testRule(), past, options).intervals).toEqual([]);
    expect(backtest(testRule(), past, { ...options, gapS: 900 }).intervals).toHaveLength(1);
  });

  test('ends an interval where the rule says so', () => {
    const atOnce = testRule({ sustainedS: 0, missing: { policy: 'resolve', afterS: 60 } });
    const { intervals } = backtest(atOnce, past, options);
    expect(intervals.map(({ untilMs, ended }) => [untilMs, ended])).toEqual([
      [noonMs + 100_000, 'noData'],
      [null, null],
    ]);
    const slow = { ...atOnce, sustainedS: 40 };
    expect(backtest(slow, past.slice(0, 9), options).intervals).toHaveLength(1);
    expect(backtest({ ...atOnce, missing: { policy: 'keep', afterS: 60 } }, past, options).intervals).toHaveLength(1);
  });
});

test('is judged within hours only', () => {
  const hours = { id: 'noon', title: 'Noon', days: [1], from: '12:00', until: '12:05' };
  const early = backtest(testRule(), series(times(60, 0.9)), { ...options, hours: { hours, zone: 'UTC' } });
  expect(early.intervals).toHaveLength(1);
  expect(backtest(testRule(), series(times(60, 0.9)), { ...options, hours: { hours, zone: 'Asia/Tokyo' } }).intervals).toEqual([]);
});

test('what is smaller is worse below', () => {
  const rule = testRule({ comparator: '<', value: 0.1, clear: 0.2, sustainedS: 0 });
  expect(backtest(rule, series([0.05, 0.01, 0.08]), options).intervals[0]?.worst).toBe(0.01);
});

test('of nothing is nothing', () => {
  expect(backtest(testRule(), [], options)).toEqual({ intervals: [], samples: 0, series: 0, firedMs: 0 });
});

test('says what the evaluator did say, on 3,000 random values', () => {
  const numbers = numbersOf(7);
  let value = 0.5;
  const values = Array.from({ length: 3000 }, () => {
    if (numbers.chance(0.1)) value = numbers.unit();
    return value;
  });
  const watch = new Watch([testRule()], undefined, { settings: { flap: { count: 1e9, windowS: 1, quietS: 0 } } });
  for (const each of values) watch.go(10, { values: { a: [reading('cpuUsedRatio', each)] } });
  const past = series(values).map((sample) => ({ ...sample, atMs: sample.atMs + 10_000 }));
  const told = backtest(testRule(), past, options).intervals.flatMap(({ raisedAtMs, untilMs }) => (untilMs === null ? [raisedAtMs] : [raisedAtMs, untilMs]));
  expect(told.length).toBeGreaterThan(20);
  expect(told).toEqual(watch.events.map(({ atMs }) => atMs));
});
