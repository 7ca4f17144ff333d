import { describe, expect, test } from 'vitest';
import { noonMs, offlineRule, reading, testRule, testServer, unreachableRule, Watch } from '../testing/watch.ts';
import { emptyState, readState, writeState } from './evaluatorState.ts';
import { hoursOpen } from './hoursRules.ts';

const cpu = (value: number) => ({ values: { a: [reading('cpuUsedRatio', value)] } });
const sleep = (watch: Watch, seconds: number) => {
  watch.nowMs += seconds * 1000;
};

describe('this computer sleeps and wakes', () => {
  const late = testRule({ id: 'samples-late', metric: 'sampleAgeS', value: 60, clear: 30, sustainedS: 30, clearS: 0 });
  const fleet = () => new Watch([testRule(), unreachableRule, offlineRule, late], [testServer('a'), testServer('b')]);
  const both = (state: 'connected' | 'reconnecting') => ({ connection: { a: state, b: state } });
  const fine = { values: { a: [reading('cpuUsedRatio', 0.1)], b: [reading('cpuUsedRatio', 0.1)] } };

  test.each([50, 120, 600, 28_800])('for %d s: connections that are lost then and come back within a minute are no alerts', (seconds) => {
    const watch = fleet();
    watch.go(60, fine);
    sleep(watch, seconds);
    expect(watch.go(60, both('reconnecting'))).toEqual([]);
    expect(watch.go(600, fine)).toEqual([]);
  });

  test('and finds a connection that only seems to stand, without samples: nothing is late yet', () => {
    const watch = fleet();
    watch.go(60, fine);
    sleep(watch, 600);
    expect(watch.go(50, both('connected'))).toEqual([]);
    expect(watch.go(600, fine)).toEqual([]);
  });

  test('and one server does not come back: it is told after its full time', () => {
    const watch = fleet();
    watch.go(60, fine);
    sleep(watch, 600);
    const told = watch.go(300, { values: { b: [reading('cpuUsedRatio', 0.1)] }, connection: { a: 'unreachable', b: 'connected' } });
    expect(told).toEqual(['820s raised server-unreachable/srv_a critical']);
  });

  test('and one server was lost just before: the time asleep does not count', () => {
    const watch = fleet();
    watch.go(60, fine);
    const lost = { values: { b: [reading('cpuUsedRatio', 0.1)] }, connection: { a: 'unreachable' as const } };
    watch.go(10, lost);
    sleep(watch, 40);
    expect(watch.go(140, lost)).toEqual([]);
    expect(watch.go(30, lost)).toEqual(['270s raised server-unreachable/srv_a critical']);
  });

  test('and has no network then: one alert about this computer', () => {
    const watch = fleet();
    watch.go(60, fine);
    sleep(watch, 600);
    expect(watch.go(300, { connection: { a: 'unreachable', b: 'unreachable' } })).toEqual(['760s raised computer-offline/fleet warning']);
  });

  test('a window that was begun before begins anew, where nothing is known of the time between', () => {
    const watch = fleet();
    watch.go(50, cpu(0.9));
    sleep(watch, 600);
    expect(watch.go(60, cpu(0.9))).toEqual([]);
    expect(watch.go(20, cpu(0.9))).toEqual(['720s raised cpu/srv_a warning']);
  });

  const filled = (watch: Watch, seconds: number, valueAt: (second: number) => number) => {
    const fromMs = watch.nowMs;
    sleep(watch, seconds);
    const samples = Array.from({ length: seconds / 10 }, (_, index) => ({
      atMs: fromMs + (index + 1) * 10_000,
      readings: [reading('cpuUsedRatio', valueAt((index + 1) * 10))],
    }));
    return watch.tick({}, { a: samples }).map(({ kind, evidence }) => `${kind} since ${((evidence[0]?.sinceMs ?? 0) - noonMs) / 1000}s`);
  };

  test('a window is judged by samples that were filled in', () => {
    const watch = fleet();
    watch.go(50, cpu(0.1));
    expect(filled(watch, 600, (second) => (second < 500 ? 0.1 : 0.9))).toEqual(['raised since 550s']);
  });

  test('what came and went while it slept is no event', () => {
    const watch = fleet();
    watch.go(50, cpu(0.1));
    expect(filled(watch, 600, (second) => (second < 400 ? 0.9 : 0.1))).toEqual([]);
  });

  test('an alert that ended while it slept is resolved, and one that goes on is not raised again', () => {
    const ended = fleet();
    ended.go(100, cpu(0.9));
    expect(filled(ended, 600, (second) => (second < 400 ? 0.9 : 0.1))).toEqual(['resolved since 10s']);
    const lasting = fleet();
    lasting.go(100, cpu(0.9));
    expect(filled(lasting, 600, () => 0.9)).toEqual([]);
  });

  test('samples of before what was seen are left out', () => {
    const watch = new Watch([testRule()]);
    watch.go(100, cpu(0.1));
    expect(watch.tick({}, { a: [{ atMs: noonMs, readings: [reading('cpuUsedRatio', 0.9)] }] })).toEqual([]);
    expect(watch.state.conditions).toEqual({});
  });

  test('time asleep brings no alert to the next level', () => {
    const watch = new Watch([testRule({ severity: 'critical', sustainedS: 0 })]);
    watch.go(1000, cpu(0.9));
    sleep(watch, 7200);
    expect(watch.go(700, cpu(0.9))).toEqual([]);
    expect(watch.go(200, cpu(0.9))).toHaveLength(1);
  });
});

test('our clock is set back: windows begin anew, nothing is raised twice, and all goes on', () => {
  const watch = new Watch([testRule(), unreachableRule], [testServer('a'), testServer('b')]);
  watch.go(50, cpu(0.9));
  sleep(watch, -3600);
  expect(watch.go(60, cpu(0.9)).length).toBe(0);
  expect(watch.go(10, cpu(0.9))).toHaveLength(1);
  sleep(watch, -3600);
  expect(watch.go(100, cpu(0.9))).toEqual([]);
  expect(watch.go(100, cpu(0.1))).toHaveLength(1);
});

describe('hours', () => {
  const office = { days: [1, 2, 3, 4, 5], from: '08:00', until: '18:00' };
  const night = { days: [5], from: '22:00', until: '06:00' };

  test.each([
    ['2026-11-23T08:00:00Z', office, 'UTC', true],
    ['2026-11-23T07:59:59Z', office, 'UTC', false],
    ['2026-11-23T17:59:59Z', office, 'UTC', true],
    ['2026-11-23T18:00:00Z', office, 'UTC', false],
    ['2026-11-22T12:00:00Z', office, 'UTC', false],
    ['2026-11-23T07:30:00Z', office, 'Europe/Berlin', true],
    ['2026-11-22T23:30:00Z', office, 'Asia/Tokyo', true],
    ['2026-07-06T06:30:00Z', office, 'Europe/Berlin', true],
    ['2026-12-07T06:30:00Z', office, 'Europe/Berlin', false],
    ['2026-11-27T23:00:00Z', night, 'UTC', true],
    ['2026-11-28T05:59:00Z', night, 'UTC', true],
    ['2026-11-28T06:00:00Z', night, 'UTC', false],
    ['2026-11-28T23:00:00Z', night, 'UTC', false],
    ['2026-11-27T05:00:00Z', night, 'UTC', false],
  ] as const)('at %s, %j in %s: %s', (at, hours, zone, expected) => {
    expect(hoursOpen({ ...hours, days: [...hours.days] }, zone, Date.parse(at))).toBe(expected);
  });

  const hours = [{ id: 'working-hours', title: 'Weekdays', ...office, days: [...office.days] }];
  const idle = testRule({ id: 'idle', comparator: '<', value: 0.1, clear: 0.2, sustainedS: 3600, clearS: 60, schedule: 'working-hours' });

  test('an idle night is no alert; an idle morning is, an hour after the hours began', () => {
    const watch = new Watch([idle], undefined, { hours, startMs: Date.UTC(2026, 10, 23, 18) });
    expect(watch.go(14 * 3600, cpu(0.01), 30)).toEqual([]);
    const told = watch.go(3 * 3600, cpu(0.01), 30);
    expect(told).toHaveLength(1);
    expect(new Date(watch.events[0]?.atMs ?? 0).toISOString()).toBe('2026-11-24T09:00:00.000Z');
  });

  test('what was begun in the evening is begun anew in the morning', () => {
    const watch = new Watch([idle], undefined, { hours, startMs: Date.UTC(2026, 10, 23, 17, 30) });
    expect(watch.go(15.4 * 3600, cpu(0.01), 30)).toEqual([]);
    expect(watch.go(600, cpu(0.01), 30)).toHaveLength(1);
  });

  test('what is open when the hours end says nothing until they begin again', () => {
    const watch = new Watch([idle], undefined, { hours, startMs: Date.UTC(2026, 10, 23, 16) });
    expect(watch.go(2 * 3600 - 30, cpu(0.01), 30)).toHaveLength(1);
    expect(watch.go(14 * 3600, cpu(0.9), 30)).toEqual([]);
    expect(watch.state.alerts['idle/srv_a']).toBeDefined();
    expect(watch.go(300, cpu(0.9), 30).map((line) => line.replace(/^\d+s /, ''))).toEqual(['resolved good idle/srv_a warning']);
  });

  test('of an environment are those of its servers, on their own wall clock', () => {
    const staging = (zone: string | null) => testServer('a', { environment: 'staging', zone });
    const config = { hours, environmentHours: { staging: 'working-hours' }, startMs: Date.UTC(2026, 10, 23, 7, 30) };
    const rule = testRule({ sustainedS: 0 });
    expect(new Watch([rule], [staging(null)], config).go(10, cpu(0.9))).toEqual([]);
    expect(new Watch([rule], [staging('Europe/Berlin')], config).go(10, cpu(0.9))).toHaveLength(1);
    expect(new Watch([rule], [testServer('a')], config).go(10, cpu(0.9))).toHaveLength(1);
    expect(new Watch([testRule({ sustainedS: 0, schedule: 'always' })], [staging(null)], config).go(10, cpu(0.9))).toHaveLength(1);
  });
});

test('a state is text and back; what is none of this version is refused', () => {
  const watch = new Watch([testRule({ sustainedS: 0 })]);
  watch.go(10, cpu(0.9));
  expect(readState(writeState(watch.state))).toEqual(watch.state);
  expect(readState('{')).toBeNull();
  expect(readState(JSON.stringify({ ...emptyState, version: 2 }))).toBeNull();
  expect(readState(JSON.stringify({ ...emptyState, alerts: { x: {} } }))).toBeNull();
});
