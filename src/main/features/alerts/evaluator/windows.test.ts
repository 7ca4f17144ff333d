import { describe, expect, test } from 'vitest';
import { reading, testRule, testServer, Watch } from '../testing/watch.ts';

const cpu = (value: number) => ({ values: { a: [reading('cpuUsedRatio', value)] } });
const silence = { values: {} };

describe('a sustained window', () => {
  test('is an alert after its time, with evidence, and over after its clear time', () => {
    const watch = new Watch([testRule()]);
    expect(watch.go(60, cpu(0.9))).toEqual([]);
    expect(watch.go(20, cpu(0.95))).toEqual(['70s raised cpu/srv_a warning']);
    expect(watch.events[0]?.evidence).toEqual([
      {
        ...{ ruleId: 'cpu', serverId: 'srv_a', serverName: 'a', subject: '', metric: 'cpuUsedRatio', condition: 'threshold', comparator: '>', threshold: 0.8 },
        ...{ value: 0.95, atMs: watch.nowMs - 10_000, sinceMs: watch.nowMs - 70_000 },
        recent: [0.9, 0.9, 0.9, 0.9, 0.95].map((value, index) => [watch.nowMs - 50_000 + index * 10_000, value]),
      },
    ]);
    expect(watch.go(100, cpu(0.6))).toEqual(['120s resolved good cpu/srv_a warning']);
  });

  test('is begun anew by one good value, not by one between clear and limit', () => {
    const watch = new Watch([testRule()]);
    watch.go(50, cpu(0.9));
    expect(watch.go(10, cpu(0.6))).toEqual([]);
    expect(watch.go(60, cpu(0.9))).toEqual([]);
    expect(watch.go(10, cpu(0.75))).toEqual([]);
    expect(watch.go(10, cpu(0.9))).toEqual(['140s raised cpu/srv_a warning']);
  });

  test('goes on over a gap in the samples that is short, and begins anew after a long one', () => {
    const watch = new Watch([testRule()]);
    watch.go(30, cpu(0.9));
    watch.go(60, silence);
    expect(watch.go(10, cpu(0.9))).toEqual(['100s raised cpu/srv_a warning']);
    const other = new Watch([testRule()]);
    other.go(30, cpu(0.9));
    other.go(130, silence);
    expect(other.go(60, cpu(0.9))).toEqual([]);
    expect(other.go(10, cpu(0.9))).toEqual(['230s raised cpu/srv_a warning']);
  });

  test('holds for a series that is measured more seldom than the limit of gaps, as the server is heard meanwhile', () => {
    const watch = new Watch([testRule({ id: 'lag', sustainedS: 400, missing: { policy: 'keep', afterS: 900 } })]);
    for (let round = 0; round < 3; round += 1) {
      watch.go(10, cpu(0.9));
      watch.go(290, { values: { a: [reading('load1', 1)] } });
    }
    expect(watch.events.map(({ kind, atMs, raisedAtMs }) => `${kind} ${atMs - raisedAtMs}`)).toEqual(['raised 0']);
  });

  test('of no time is an alert at once; an open alert survives any gap', () => {
    const watch = new Watch([testRule({ sustainedS: 0 })]);
    expect(watch.go(10, cpu(0.9))).toEqual(['10s raised cpu/srv_a warning']);
    expect(watch.go(1000, silence)).toEqual([]);
    expect(watch.go(20, cpu(0.9))).toEqual([]);
    expect(watch.go(60, cpu(0.1))).toEqual(['1070s resolved good cpu/srv_a warning']);
  });

  test('is over only after its clear time without a gap', () => {
    const watch = new Watch([testRule({ sustainedS: 0 })]);
    watch.go(10, cpu(0.9));
    watch.go(10, cpu(0.1));
    watch.go(130, silence);
    expect(watch.go(30, cpu(0.1))).toEqual([]);
    expect(watch.go(10, cpu(0.1))).toEqual(['190s resolved good cpu/srv_a warning']);
  });

  test('ends later where a value is bad again while it clears', () => {
    const watch = new Watch([testRule({ sustainedS: 0 })]);
    watch.go(10, cpu(0.9));
    expect(watch.go(30, cpu(0.6))).toEqual([]);
    expect(watch.go(10, cpu(0.75))).toEqual([]);
    expect(watch.go(30, cpu(0.6))).toEqual([]);
    expect(watch.go(10, cpu(0.6))).toEqual(['90s resolved good cpu/srv_a warning']);
  });
});

test.each([
  ['<', 0.1, 0.2, 0.05, 0.15, 0.2],
  ['>=', 3, 1, 3, 2, 1],
  ['==', 1, undefined, 1, null, 0],
  ['!=', 1, undefined, 0, null, 1],
])('%s %d, clear %s', (comparator, value, clear, bad, between, good) => {
  const watch = new Watch([testRule({ comparator, value, clear, sustainedS: 0, clearS: 0 })]);
  expect(watch.go(10, cpu(good))).toEqual([]);
  if (between !== null) expect(watch.go(10, cpu(between))).toEqual([]);
  expect(watch.go(10, cpu(bad))).toHaveLength(1);
  if (between !== null) expect(watch.go(10, cpu(between))).toEqual([]);
  expect(watch.go(10, cpu(good))).toHaveLength(1);
});

describe('a series without values', () => {
  const other = { values: { a: [reading('load1', 1)] } };
  const rule = (missing: unknown) => testRule({ sustainedS: 0, missing });

  test('keeps its alert', () => {
    const watch = new Watch([rule({ policy: 'keep', afterS: 60 })]);
    watch.go(10, cpu(0.9));
    expect(watch.go(600, other)).toEqual([]);
  });

  test('resolves its alert', () => {
    const watch = new Watch([rule({ policy: 'resolve', afterS: 60 })]);
    watch.go(10, cpu(0.9));
    expect(watch.go(600, other)).toEqual(['80s resolved noData cpu/srv_a warning']);
  });

  test('is an alert of its own, though it was good; it ends with the first value', () => {
    const watch = new Watch([rule({ policy: 'alert', afterS: 60, severity: 'critical', title: 'No values of the CPU' })]);
    watch.go(20, cpu(0.1));
    expect(watch.go(600, other)).toEqual(['90s raised cpu-missing/srv_a critical']);
    expect(watch.events[0]).toMatchObject({ title: 'No values of the CPU', evidence: [{ condition: 'missing', value: 0.1 }] });
    expect(watch.go(20, cpu(0.1))).toEqual(['630s resolved good cpu-missing/srv_a critical']);
  });

  test('that was bad before it was gone is told as gone, and what it was is held', () => {
    const watch = new Watch([rule({ policy: 'alert', afterS: 60, severity: 'warning', title: 'No values' })]);
    watch.go(10, cpu(0.9));
    watch.go(100, other);
    expect(Object.values(watch.state.alerts).map(({ key, held }) => [key, held])).toEqual([
      ['cpu-missing/srv_a', null],
      ['cpu/srv_a', 'dependency'],
    ]);
  });

  test('is not missed while nothing at all is heard of the server, nor right after', () => {
    const watch = new Watch([rule({ policy: 'alert', afterS: 60, severity: 'critical', title: 'No values' })]);
    watch.go(20, cpu(0.1));
    expect(watch.go(3000, silence)).toEqual([]);
    expect(watch.go(50, other)).toEqual([]);
    expect(watch.go(20, cpu(0.1))).toEqual([]);
  });

  test('is forgotten after a week', () => {
    const watch = new Watch([rule({ policy: 'alert', afterS: 60, severity: 'warning', title: 'No values' })]);
    watch.go(20, cpu(0.1));
    const told = watch.go(8 * 86_400, other, 40);
    expect(told.map((line) => line.replace(/^\d+s /, ''))).toEqual([
      'raised cpu-missing/srv_a warning',
      ...Array.from({ length: 6 }, () => 'stillFiring reminder cpu-missing/srv_a warning'),
      'resolved gone cpu-missing/srv_a warning',
    ]);
    expect(watch.state.conditions).toEqual({});
  });
});

test('a value that is no number counts for nothing', () => {
  const watch = new Watch([testRule({ sustainedS: 0 })]);
  expect(watch.go(20, cpu(Number.NaN))).toEqual([]);
  expect(watch.go(20, cpu(Number.POSITIVE_INFINITY))).toEqual([]);
});

test('a server or a rule that leaves takes its alert along', () => {
  const watch = new Watch([testRule({ sustainedS: 0 })], [testServer('a'), testServer('b')]);
  watch.go(10, { values: { a: [reading('cpuUsedRatio', 1)], b: [reading('cpuUsedRatio', 1)] } });
  watch.servers = [testServer('b')];
  expect(watch.go(10, {})).toEqual(['20s resolved gone cpu/srv_a warning']);
  expect(Object.keys(watch.state.servers)).toEqual(['srv_b']);
});
