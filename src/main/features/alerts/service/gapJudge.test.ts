import { describe, expect, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { Sample } from '../evaluator/evaluatorTypes.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { reading, testRule, unreachableRule } from '../testing/watch.ts';

const cpu = testRule({ id: 'cpu', sustainedS: 60, clearS: 30, severity: 'critical' });
const disk = testRule({ id: 'disk', title: 'Disk is full', metric: 'diskUsedRatio', on: 'disk', value: 0.9, clear: 0.85, sustainedS: 0, clearS: 0 });
const wedged = testRule({
  id: 'wedged',
  metric: 'wedged',
  on: 'engine',
  comparator: '==',
  value: 1,
  clear: undefined,
  missing: { policy: 'resolve', afterS: 60 },
});
const of = (cpuUsed: number, more: Reading[] = []): Reading[] => [reading('cpuUsedRatio', cpuUsed), reading('diskUsedRatio', 0.5, 'disk:/'), ...more];
const calm = { a: of(0.1) };
const busy = { a: of(0.95) };
const request = (name: string) => `request-${name}` as RequestId;
/** Busy for two minutes from a second on. */
const peak = (fromS: number) => (second: number) => of(second >= fromS && second < fromS + 120 ? 0.95 : 0.1);
const away = (bench: AlertsBench) => bench.service.list({ state: 'all', limit: 100 }).alerts.filter(({ whileAway }) => whileAway);
const channel = { kind: 'slack' as const, name: 'chat', enabled: true, severities: ['critical' as const, 'warning' as const], fromLevel: 1 as const };
const digests = (bench: AlertsBench) =>
  away(bench).flatMap(({ id }) => bench.service.show(id).deliveries.filter(({ event, channel: name }) => event === 'whileAway' && name === 'this-computer'));

/** Ten minutes of calm, then the lid is closed for a time and opened again. */
async function closedLid(seconds: number, readingsAt: (second: number) => Reading[], bench = new AlertsBench([cpu, disk, wedged, unreachableRule])) {
  bench.go(600, calm);
  const closedMs = bench.nowMs;
  const moments = bench.sleep(seconds, readingsAt);
  return { bench, closedMs, moments };
}

test('what began and ended behind a closed lid is in the history with its real times and evidence, and told in one message', async () => {
  const { bench, closedMs, moments } = await closedLid(3600, (second) =>
    second < 1800 ? peak(300)(second) : of(0.1, [reading('diskUsedRatio', 0.99, 'disk:/data')]),
  );
  moments.push({ atMs: closedMs + 3_595_000, readings: [reading('diskUsedRatio', 0.2, 'disk:/data')] });
  bench.go(20, calm);
  await bench.fill('a', moments);
  expect(away(bench).map(({ key, raisedAtMs, endedAtMs, ended }) => [key, raisedAtMs - closedMs, (endedAtMs ?? 0) - closedMs, ended])).toEqual([
    ['disk/srv_a/disk:/data', 1_800_000, 3_595_000, 'good'],
    ['cpu/srv_a', 360_000, 450_000, 'good'],
  ]);
  const [, cpuAlert] = away(bench);
  const { events, alert } = bench.service.show(cpuAlert?.id ?? '');
  expect(alert).toBeNull();
  expect(events.map(({ kind, evidence }) => [kind, evidence[0]?.value, (evidence[0]?.sinceMs ?? 0) - closedMs])).toEqual([
    ['raised', 0.95, 300_000],
    ['resolved', 0.1, 300_000],
  ]);
  expect([bench.standing(), bench.service.notices.size]).toEqual([[], 0]);
  bench.go(120, calm);
  const [notice, ...others] = bench.service.notices.values();
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ title: 'While you were away: 2 alerts, all over – a (critical)', to: '/alerts?tab=history', severity: 'critical' });
  expect(notice?.body).toContain('a: CPU is busy (critical) from 2026-11-23 12:16:00 UTC to 12:17:30 UTC; a disk:/data: Disk is full (warning)');
  bench.go(600, calm);
  expect(digests(bench)).toHaveLength(1);
  expect(bench.events()).toHaveLength(4);
});

test('the same span filled twice, and after a restart, finds nothing new', async () => {
  const { bench, moments } = await closedLid(1800, peak(300));
  bench.go(20, calm);
  await bench.fill('a', moments);
  await bench.fill('a', moments);
  bench.go(20, calm);
  await bench.fill('a', moments);
  await bench.restart();
  bench.go(20, calm);
  await bench.fill('a', moments);
  expect(away(bench)).toHaveLength(1);
  bench.go(120, calm);
  expect(digests(bench)).toHaveLength(1);
});

test('a program that was ended meanwhile judges what lies between, and tells after the next start what it had found', async () => {
  const { bench, moments } = await closedLid(1800, peak(300));
  await bench.restart();
  bench.go(20, calm);
  await bench.fill('a', moments);
  await bench.restart();
  expect([away(bench).length, digests(bench).length]).toEqual([1, 0]);
  bench.go(120, calm);
  expect(digests(bench)).toHaveLength(1);
});

test('a program that watched for a few seconds only has kept how far it came', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(20, calm);
  await bench.restart();
  const moments = bench.sleep(1800, peak(300));
  await bench.restart();
  bench.go(20, calm);
  await bench.fill('a', moments);
  expect(away(bench)).toHaveLength(1);
});

test('what still holds is one alert, since its real beginning', async () => {
  const { bench, closedMs, moments } = await closedLid(1800, (second) => of(second < 1200 ? 0.1 : 0.95));
  bench.go(20, busy);
  // By what it has seen itself it is not long enough yet.
  expect(bench.standing()).toEqual([]);
  await bench.fill('a', moments);
  bench.go(10, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  expect((bench.service.judge.alerts.get('cpu/srv_a')?.sinceMs ?? 0) - closedMs).toBe(1_200_000);
  bench.go(300, busy);
  expect(bench.events()).toEqual(['raised cpu/srv_a']);
  expect([away(bench), bench.service.notices.size]).toEqual([[], 1]);
});

test('one that was raised before it was filled in stays one, and is known to have begun earlier', async () => {
  const { bench, closedMs, moments } = await closedLid(1800, (second) => of(second < 1200 ? 0.1 : 0.95));
  bench.go(120, busy);
  expect(bench.standing()).toEqual(['cpu/srv_a open']);
  await bench.fill('a', moments);
  bench.go(120, busy);
  expect((bench.service.judge.alerts.get('cpu/srv_a')?.sinceMs ?? 0) - closedMs).toBe(1_200_000);
  bench.go(120, calm);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'resolved cpu/srv_a']);
  expect(away(bench)).toEqual([]);
});

test('one that was open before is told once as over, and is no alert of the time away', async () => {
  const bench = new AlertsBench([cpu]);
  bench.go(120, busy);
  const moments = bench.sleep(1800, (second) => of(second < 600 ? 0.95 : 0.1));
  bench.go(60, calm);
  await bench.fill('a', moments);
  bench.go(300, calm);
  expect(bench.events()).toEqual(['raised cpu/srv_a', 'resolved cpu/srv_a']);
  expect(away(bench)).toEqual([]);
});

describe('no false alert comes of it', () => {
  test.each<[string, (bench: AlertsBench, closedMs: number) => void]>([
    [
      'a maintenance window of that time',
      (bench, closedMs) => (bench.maintenance = [{ name: 'w', serverIds: ['srv_a'], fromMs: closedMs, untilMs: closedMs + 1_500_000 }]),
    ],
    [
      'a silence of that time that is over',
      (bench, closedMs) =>
        void bench.service.silences.add({
          requestId: request('s'),
          fields: { reason: 'known', fromMs: closedMs, untilMs: closedMs + 1_500_000, rules: ['cpu'] },
        }),
    ],
  ])('%s', async (_, ask) => {
    const bench = new AlertsBench([cpu, disk]);
    bench.go(600, calm);
    const closedMs = bench.nowMs;
    ask(bench, closedMs);
    const moments = bench.sleep(1800, peak(300));
    bench.go(20, calm);
    await bench.fill('a', moments);
    bench.go(300, calm);
    expect(bench.events()).toEqual([]);
  });

  test('where engines were not recorded, nor the connection, they are judged as they are now', async () => {
    const stuck = { a: of(0.1, [reading('wedged', 1, 'engine:api')]) };
    const bench = new AlertsBench([cpu, wedged]);
    bench.situation['a'] = { subjects: { 'engine:api': { engine: 'vllm' } } };
    bench.go(120, stuck);
    const moments = bench.sleep(1800, () => of(0.1));
    bench.go(20, stuck);
    await bench.fill('a', moments);
    bench.go(300, stuck);
    expect(bench.events()).toEqual(['raised wedged/srv_a/engine:api']);
    expect(bench.standing()).toEqual(['wedged/srv_a/engine:api open']);
  });

  test('where no recorder was, nothing is known, and windows begin anew', async () => {
    const { bench } = await closedLid(1800, peak(300));
    bench.go(20, busy);
    await bench.fill('a', null);
    bench.go(30, busy);
    expect(bench.standing()).toEqual([]);
    bench.go(60, busy);
    expect(bench.events()).toEqual(['raised cpu/srv_a']);
  });
});

test('a wake of several servers is one message, and a channel for levels or a pager hears nothing of it', async () => {
  const bench = new AlertsBench([cpu], [inventoryServer('a'), inventoryServer('b')]);
  await bench.service.channels.save({ requestId: request('chat'), fields: { ...channel, severities: ['advice'] as never, chatty: false }, secrets: {} });
  const pager = { kind: 'pagerduty' as const, name: 'pager', enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false };
  await bench.service.channels.save({ requestId: request('pager'), fields: pager, secrets: { routingKey: 'k'.repeat(32) } });
  const both = { a: of(0.1), b: of(0.1) };
  bench.go(600, both);
  const moments = bench.sleep(1800, peak(300));
  bench.go(20, both);
  await bench.fill('a', moments);
  bench.go(30, both);
  await bench.fill('b', moments);
  bench.go(300, both);
  expect(away(bench).map(({ key }) => key)).toEqual(['cpu/srv_a', 'cpu/srv_b']);
  expect(bench.service.notices.values().map(({ title }) => title)).toEqual(['While you were away: 2 alerts, all over – a, b (critical)']);
  const told = away(bench).flatMap(({ id }) => bench.service.show(id).deliveries.map(({ channel: name }) => name));
  expect(told).toEqual(['this-computer']);
});

test('ten hours of looks every five seconds are judged without holding the event loop', async () => {
  const { bench } = await closedLid(36_000, () => []);
  const fromMs = bench.nowMs - 36_000_000;
  const moments = Array.from({ length: 7199 }, (_, index): Sample => ({ atMs: fromMs + (index + 1) * 5000, readings: peak(7200)(index * 5) }));
  bench.go(20, calm);
  let longestMs = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    [longestMs, lastMs] = [Math.max(longestMs, nowMs - lastMs), nowMs];
  }, 1);
  const begunMs = performance.now();
  await bench.fill('a', moments);
  clearInterval(timer);
  console.log(`ten hours judged in ${(performance.now() - begunMs).toFixed(0)} ms, the event loop held for ${longestMs.toFixed(0)} ms at most`);
  expect(away(bench)).toHaveLength(1);
});
