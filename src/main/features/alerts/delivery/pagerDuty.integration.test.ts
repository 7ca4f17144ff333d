import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { AlertsBench, inventoryServer } from '../testing/testAlerts.ts';
import { makeCertificate, type TestCertificate, trust } from '../testing/testCertificate.ts';
import { TestPagerDuty } from '../testing/testPagerDuty.ts';
import { reading, testRule } from '../testing/watch.ts';

/** Alerts told to a pager over HTTPS, judged there by the schema that is documented. */

const cpu = testRule({ id: 'cpu', cause: 'load', sustainedS: 0, clearS: 0 });
const worse = testRule({ id: 'cpu-critical', cause: 'load', value: 0.95, clear: 0.9, sustainedS: 0, clearS: 0, severity: 'critical' });
const fields = {
  kind: 'pagerduty' as const,
  name: 'pager',
  enabled: true,
  severities: ['warning' as const, 'critical' as const],
  fromLevel: 1 as const,
  chatty: false,
};
const routingKey = '0123456789abcdef0123456789abcdef';
const request = (name: string) => `request-${name}` as RequestId;
const used = (value: number) => ({ a: [reading('cpuUsedRatio', value)] });
let certificate: TestCertificate;
beforeAll(() => {
  certificate = makeCertificate();
});

/** A fleet of one whose alerts go to a pager; time is real. */
async function paged({ trusted = true } = {}) {
  if (trusted) trust(certificate);
  const pager = new TestPagerDuty(certificate);
  const address = await pager.listen();
  onTestFinished(() => pager.close());
  const bench = new AlertsBench([cpu, worse], [inventoryServer('a')], {
    nowMs: Date.now,
    times: { tickMs: 3_600_000, sendTimeoutMs: 5000, retries: { firstS: 0.1, longestS: 0.2, endS: 3600 } },
  });
  bench.nowMs = Date.now();
  await bench.service.channels.save({ requestId: request('pager'), fields, secrets: { routingKey, address } });
  const deliveries = () => bench.service.show('load/srv_a').deliveries.filter(({ channel }) => channel === 'pager');
  return { bench, pager, deliveries };
}

test('an alert is one incident: triggered, made worse, acknowledged and resolved under one key', async () => {
  const { bench, pager } = await paged();
  const settle = (count: number) => expect.poll(() => pager.taken.length, { timeout: 10_000 }).toBe(count);
  bench.go(10, used(0.85));
  await settle(1);
  const [key = ''] = pager.incidents.keys();
  bench.go(10, used(0.99));
  await settle(2);
  bench.service.acknowledge({ requestId: request('ack'), keys: ['load/srv_a'], note: 'I look at it' });
  await settle(3);
  expect(pager.incidents.get(key)).toBe('acknowledged');
  bench.go(10, used(0.1));
  await settle(4);
  expect([...pager.incidents]).toEqual([[key, 'resolved']]);
  expect(pager.refused).toEqual([]);
  expect(pager.taken.map(({ event_action: action, dedup_key: dedup, routing_key: routing }) => [action, dedup, routing])).toEqual(
    ['trigger', 'trigger', 'acknowledge', 'resolve'].map((action) => [action, 'load/srv_a', routingKey]),
  );
  expect(pager.taken.slice(0, 2).map((event) => 'payload' in event && [event.payload.severity, event.payload.source, event.payload.class])).toEqual([
    ['warning', 'a', 'cpuUsedRatio'],
    ['critical', 'a', 'cpuUsedRatio'],
  ]);
  // Raised again, it is the same incident there, open again.
  bench.go(10, used(0.85));
  await settle(5);
  expect([...pager.incidents]).toEqual([[key, 'triggered']]);
});

test('one that has too much to do is asked again when it said, one that is broken soon, and the event comes once', async () => {
  const { bench, pager, deliveries } = await paged();
  pager.plan.push('too many', 'broken');
  bench.go(10, used(0.85));
  await expect.poll(() => deliveries()[0]?.state, { timeout: 15_000 }).toBe('sent');
  expect(deliveries()[0]?.attempts.map(({ outcome, problem }) => [outcome, problem])).toEqual([
    ['failed', expect.stringContaining('HTTP 429')],
    ['failed', expect.stringContaining('HTTP 503')],
    ['sent', null],
  ]);
  expect(pager.taken).toHaveLength(1);
  const [first = 0, second = 0, third = 0] = pager.atMs;
  expect(second - first).toBeGreaterThanOrEqual(950);
  expect(third - second).toBeLessThan(950);
});

test('what it refuses is given up at once and says why, without the key', async () => {
  const { bench, pager, deliveries } = await paged();
  pager.plan.push('invalid');
  bench.go(10, used(0.85));
  await expect.poll(() => deliveries()[0]?.state, { timeout: 10_000 }).toBe('givenUp');
  expect(deliveries()[0]?.attempts).toMatchObject([{ outcome: 'refused', problem: expect.stringMatching(/HTTP 400.*routing_key is not known/) }]);
  const channels = JSON.stringify(bench.service.channels.list());
  expect(channels + JSON.stringify(deliveries())).not.toContain(routingKey);
});

test('nothing is told to one whose certificate nobody vouches for, and all of it once somebody does', async () => {
  const { bench, pager, deliveries } = await paged({ trusted: false });
  bench.go(10, used(0.85));
  await expect.poll(() => deliveries()[0]?.attempts.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(deliveries()[0]?.attempts[0]).toMatchObject({ outcome: 'failed', problem: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) });
  expect(pager.atMs).toEqual([]);
  trust(certificate);
  await expect.poll(() => deliveries()[0]?.state, { timeout: 10_000 }).toBe('sent');
});
