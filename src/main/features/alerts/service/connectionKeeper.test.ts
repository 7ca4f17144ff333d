import { expect, test } from 'vitest';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule, unreachableRule } from '../testing/watch.ts';
import type { StoredPast } from './pastService.ts';

const refused = testRule({ id: 'server-login-refused', metric: 'serverLogin', comparator: '==', value: 0, clear: undefined, clearS: 0 });
const late = testRule({ id: 'samples-late', metric: 'sampleAgeS', value: 180, clear: 60, sustainedS: 30, clearS: 30 });
const calm = { a: [reading('cpuUsedRatio', 0.1)], b: [reading('cpuUsedRatio', 0.1)] };

/** A fleet of two that keeps how connections stand, and finds it again. */
function keeping() {
  const kept: { serverId: string; atMs: number; metric: string; value: number }[] = [];
  const bench = new AlertsBench([unreachableRule, refused, late], [inventoryServer('a'), inventoryServer('b')], {
    keep: (serverId, atMs, readings) => kept.push(...readings.map(({ metric, value }) => ({ serverId, atMs, metric, value }))),
    past: async ({ serverId, metric, fromMs, toMs }): Promise<StoredPast> => {
      const found = kept.filter((each) => each.serverId === serverId && each.metric === metric && each.atMs >= fromMs && each.atMs < toMs);
      const [atMs, values] = [found.map((each) => each.atMs), found.map(({ value }) => value)];
      return { stepMs: 0, series: found.length === 0 ? [] : [{ subject: '', atMs, min: values, max: values, mean: values, last: values }] };
    },
  });
  return { bench, kept, fromMs: bench.nowMs };
}

test('a rule about connections is run over the past: as it was raised and over, for the server that it was', async () => {
  const { bench, fromMs } = keeping();
  bench.go(600, calm);
  bench.connection['a'] = 'unreachable';
  bench.go(300, { b: calm.b });
  bench.connection['a'] = 'auth-failed';
  bench.go(120, { b: calm.b });
  bench.connection['a'] = 'connected';
  bench.go(20, calm);
  bench.go(400, { b: calm.b });
  bench.go(100, calm);
  const past = async (id: string) => {
    const { problem, intervals } = await bench.service.backtest({ id, fromMs });
    return [problem, ...intervals.map(({ serverName, raisedAtMs, untilMs }) => [serverName, raisedAtMs, untilMs])];
  };
  const told = (cause: string) =>
    bench.service
      .list({ state: 'all', causes: [cause], limit: 10 })
      .alerts.map(({ servers, raisedAtMs, endedAtMs }) => [servers[0]?.name, raisedAtMs, endedAtMs]);
  for (const id of ['server-unreachable', 'server-login-refused', 'samples-late']) expect(await past(id), id).toEqual([null, ...told(id)]);
  expect(told('server-unreachable')).toHaveLength(1);
  expect(told('samples-late')).toHaveLength(1);
});

test('what is well is kept once a minute, what is not at every look, and a change at once', () => {
  const { bench, kept } = keeping();
  bench.go(600, calm);
  const times = () => kept.filter(({ serverId, metric }) => serverId === 'srv_a' && metric === 'serverReachable').length;
  expect(times()).toBeLessThanOrEqual(11);
  const before = times();
  bench.connection['a'] = 'unreachable';
  bench.go(60, { b: calm.b });
  expect(times() - before).toBe(6);
});

test('where it may be us, nothing is kept of servers', () => {
  const { bench, kept } = keeping();
  bench.go(60, calm);
  const before = kept.length;
  bench.connection = { a: 'unreachable', b: 'unreachable' };
  bench.network = { state: 'offline', sinceMs: bench.nowMs } as never;
  bench.go(300);
  expect(kept.slice(before)).toEqual([]);
});
