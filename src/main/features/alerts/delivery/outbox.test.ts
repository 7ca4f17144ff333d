import { describe, expect, test } from 'vitest';
import { type ChannelKind, usualSeverities } from '../../../../shared/model/alertChannel.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { testEvent } from '../testing/events.ts';
import { numbersOf } from '../testing/randomFleet.ts';
import { bundleDeliveries } from './bundleRules.ts';
import type { Attempt, Channel, Delivery } from './deliveryTypes.ts';
import { afterAttempt, dueDeliveries, enqueue, idempotencyKey, nextDueMs, pruneOutbox } from './outboxRules.ts';
import { attemptOf, retryAfterSeconds, retryDelayMs, usualRetries } from './retryRules.ts';
import { channelsFor } from './routingRules.ts';

const channel = (id: string, kind: ChannelKind, change: Partial<Channel> = {}): Channel => ({
  ...{ id, kind, severities: usualSeverities[kind], fromLevel: 1, chatty: false },
  ...change,
});
const slack = channel('slack', 'slack');
const pager = channel('pager', 'pagerduty');
const desktop = channel('desktop', 'desktop');
const all = [desktop, slack, pager];
const failed: Attempt = { outcome: 'failed', problem: 'HTTP 503', retryAfterS: null };
const keys = (deliveries: readonly Delivery[]) => deliveries.map(({ channelId, event }) => `${channelId} ${event.id}`);

describe('where an event goes', () => {
  const to = (event: Partial<AlertEvent>, told: string[] = [], channels = all) =>
    channelsFor(testEvent(event), channels, new Set(told))
      .map(({ id }) => id)
      .join(' ');

  test.each([
    ['critical pages and is written', { severity: 'critical' as const }, [], 'desktop slack pager'],
    ['a warning is written', { severity: 'warning' as const }, [], 'desktop slack'],
    ['advice is shown', { severity: 'advice' as const }, [], 'desktop'],
    ['what became critical pages', { kind: 'escalated' as const, why: 'severity' as const, severity: 'critical' as const }, ['slack'], 'desktop slack pager'],
    ['the end goes to all that know, however mild it became', { kind: 'resolved' as const, severity: 'advice' as const }, ['slack', 'pager'], 'slack pager'],
    ['the end goes to nobody who does not know', { kind: 'resolved' as const, severity: 'critical' as const }, [], ''],
    ['a machine follows what eases', { kind: 'eased' as const, severity: 'warning' as const }, ['slack', 'pager'], 'pager'],
    [
      'that it spreads goes to all',
      { kind: 'stillFiring' as const, why: 'spread' as const, severity: 'critical' as const },
      ['slack', 'pager'],
      'desktop slack pager',
    ],
    ['a reminder goes to those who do not know', { kind: 'stillFiring' as const, severity: 'critical' as const }, ['slack', 'desktop'], 'pager'],
  ])('%s', (_, event, told, expected) => {
    expect(to(event, told)).toBe(expected);
  });

  test('from a level on; and of a channel that wants to hear everything', () => {
    const lead = channel('lead', 'email', { fromLevel: 2 });
    expect(to({ severity: 'critical' }, [], [lead])).toBe('');
    expect(to({ severity: 'critical', kind: 'escalated', why: 'time', level: 2 }, [], [lead])).toBe('lead');
    const chatty = channel('log', 'slack', { chatty: true });
    expect(to({ kind: 'stillFiring' }, ['log'], [chatty])).toBe('log');
    expect(to({ kind: 'acknowledged' }, ['log'], [chatty])).toBe('log');
  });
});

describe('the outbox', () => {
  const raised = testEvent({ severity: 'critical' });
  const resolved = testEvent({ severity: 'critical', kind: 'resolved', why: 'good', id: 'cpu/srv_a@1000.2' });

  test('takes an event once, whatever is put in again', () => {
    const once = enqueue([], [raised], all, 0);
    expect(keys(once)).toEqual(['desktop cpu/srv_a@1000.1', 'slack cpu/srv_a@1000.1', 'pager cpu/srv_a@1000.1']);
    expect(enqueue(once, [raised, raised], all, 5)).toEqual(once);
    expect(keys(enqueue(once, [resolved], all, 5)).slice(3)).toEqual(['desktop cpu/srv_a@1000.2', 'slack cpu/srv_a@1000.2', 'pager cpu/srv_a@1000.2']);
  });

  test('gives an event one key for all channels and attempts, and another one to each event', () => {
    const outbox = enqueue([], [raised, resolved], all, 0);
    expect(new Set(outbox.map((each) => each.idempotencyKey)).size).toBe(2);
    expect(idempotencyKey(raised)).toMatch(/^ph-[0-9a-f]{40}$/);
  });

  test('sends of one alert on one channel the oldest first, and holds back the rest until it is over', () => {
    const outbox = enqueue([], [raised, testEvent({ id: 'b@1.1', key: 'b', severity: 'critical' }), resolved], [slack, pager], 0);
    expect(keys(dueDeliveries(outbox, 0))).toEqual(['slack cpu/srv_a@1000.1', 'pager cpu/srv_a@1000.1', 'slack b@1.1', 'pager b@1.1']);
    const tried = outbox.map((each, index) => (index === 0 ? afterAttempt(each, failed, usualRetries, 0, 0) : { ...each, state: 'sent' as const }));
    const again = tried.map((each) => (each.event === resolved ? { ...each, state: 'waiting' as const } : each));
    expect(keys(dueDeliveries(again, 0))).toEqual(['pager cpu/srv_a@1000.2']);
    expect(nextDueMs(again)).toBe(0);
    expect(keys(dueDeliveries(again, 2500))).toEqual(['slack cpu/srv_a@1000.1', 'pager cpu/srv_a@1000.2']);
  });

  test('holds back what is being sent', () => {
    const outbox = enqueue([], [raised, resolved], [slack], 0);
    expect(dueDeliveries(outbox, 0, new Set(outbox.slice(0, 1)))).toEqual([]);
    expect(nextDueMs([])).toBeNull();
  });

  test('gives up where it is refused, and after a day', () => {
    const [first] = enqueue([], [raised], [slack], 0);
    if (first === undefined) throw new Error('nothing queued');
    expect(afterAttempt(first, { outcome: 'refused', problem: 'HTTP 404: no_team' }, usualRetries, 7, 0)).toMatchObject({
      ...{ state: 'givenUp', attempts: 1, endedAtMs: 7, lastProblem: 'HTTP 404: no_team' },
    });
    let delivery = first;
    while (delivery.state === 'waiting') delivery = afterAttempt(delivery, failed, usualRetries, delivery.nextAtMs, 1);
    expect(delivery).toMatchObject({ state: 'givenUp', lastProblem: 'HTTP 503' });
    expect(delivery.endedAtMs).toBeGreaterThan(86_400_000 - 901_000);
    expect(delivery.attempts).toBeGreaterThan(90);
  });

  test('keeps who was told until an alert is over', () => {
    const sent = enqueue([], [raised], [slack], 0).map((each) => afterAttempt(each, { outcome: 'sent' }, usualRetries, 1, 0));
    expect(pruneOutbox(sent, 1000, 1e9)).toEqual(sent);
    const over = enqueue(sent, [resolved], [slack], 2).map((each) =>
      each.state === 'sent' ? each : afterAttempt(each, { outcome: 'sent' }, usualRetries, 3, 0),
    );
    expect(pruneOutbox(over, 1000, 500)).toEqual(over);
    expect(pruneOutbox(over, 1000, 5000)).toEqual([]);
  });
});

test('waits twice as long each time, half of it at random, and as long as it is asked to', () => {
  expect([1, 2, 3, 8, 9, 100].map((attempts) => retryDelayMs(attempts, usualRetries, null, 1))).toEqual([5000, 10_000, 20_000, 640_000, 900_000, 900_000]);
  expect(retryDelayMs(1, usualRetries, null, 0)).toBe(2500);
  expect(retryDelayMs(1, usualRetries, 60, 0.5)).toBe(60_000);
});

test.each<[number, string | null, string, Attempt['outcome']]>([
  [200, null, 'ok', 'sent'],
  [202, null, '{"status":"success"}', 'sent'],
  [400, null, 'invalid_payload', 'refused'],
  [404, null, '', 'refused'],
  [410, null, 'channel_is_archived', 'refused'],
  [429, '30', 'rate_limited', 'failed'],
  [408, null, '', 'failed'],
  [500, null, 'x'.repeat(5000), 'failed'],
  [302, null, '', 'refused'],
])('HTTP %d is judged', (status, retryAfter, body, outcome) => {
  const attempt = attemptOf({ status, retryAfter, body }, 0);
  expect(attempt.outcome).toBe(outcome);
  if (attempt.outcome === 'failed') expect(attempt.retryAfterS).toBe(status === 429 ? 30 : null);
  if (attempt.outcome !== 'sent') expect(attempt.problem.length).toBeLessThan(220);
});

test.each([
  ['120', 120],
  ['Mon, 23 Nov 2026 12:01:00 GMT', 60],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['99999', 3600],
  ['soon', null],
  [null, null],
])('Retry-After %s', (header, expected) => {
  expect(retryAfterSeconds(header, Date.UTC(2026, 10, 23, 12))).toBe(expected);
});

test('what people read is put together by cause; machines get each by itself', () => {
  const events = Array.from({ length: 25 }, (_, index) => testEvent({ id: `cpu/srv_${index}@1.1`, key: `cpu/srv_${index}`, severity: 'critical' }));
  const channels = [...all, channel('hook', 'webhook')];
  const outbox = enqueue([], [...events, testEvent({ id: 'd', key: 'd', cause: 'disk', severity: 'critical' })], channels, 0);
  const bundles = bundleDeliveries(dueDeliveries(outbox, 0), channels);
  const sizes = (id: string) => bundles.filter(([first]) => first?.channelId === id).map(({ length }) => length);
  expect(sizes('slack')).toEqual([20, 5, 1]);
  expect(sizes('pager')).toHaveLength(26);
  expect(sizes('hook')).toHaveLength(26);
});

test('through failures and lost answers each event arrives at least once, in order, under one key: 2,000 events', () => {
  const numbers = numbersOf(11);
  const arrived: { key: string; alert: string; id: string }[] = [];
  const events: AlertEvent[] = [];
  for (let index = 0; index < 2000; index += 1) {
    const alert = index % 100;
    const round = Math.floor(index / 100);
    const kind = round % 2 === 0 ? 'raised' : 'resolved';
    const raisedAtMs = round - (round % 2);
    events.push(testEvent({ id: `a${alert}@${raisedAtMs}.${round}`, key: `a${alert}`, kind, raisedAtMs, severity: 'critical' }));
  }
  let outbox: Delivery[] = [];
  let nowMs = 0;
  for (let fed = 0; fed < events.length || nextDueMs(outbox) !== null; fed += 20) {
    outbox = enqueue(outbox, events.slice(Math.max(0, fed - 40), fed + 20), [slack], nowMs);
    for (const delivery of dueDeliveries(outbox, nowMs)) {
      const chance = numbers.unit();
      if (chance < 0.7) arrived.push({ key: delivery.idempotencyKey, alert: delivery.event.key, id: delivery.event.id });
      const attempt: Attempt = chance < 0.5 ? { outcome: 'sent' } : { outcome: chance < 0.7 ? 'unknown' : 'failed', problem: 'x', retryAfterS: null };
      outbox[outbox.indexOf(delivery)] = afterAttempt(delivery, attempt, usualRetries, nowMs, numbers.unit());
    }
    nowMs += 5000;
  }
  expect(new Set(arrived.map(({ key }) => key))).toEqual(new Set(events.map(idempotencyKey)));
  expect(arrived.length).toBeGreaterThan(2000);
  for (let alert = 0; alert < 100; alert += 1) {
    const own = arrived.filter((each) => each.alert === `a${alert}`).map(({ id }) => id);
    const firsts = own.filter((id, index) => own.indexOf(id) === index);
    expect(firsts).toEqual(events.filter(({ key }) => key === `a${alert}`).map(({ id }) => id));
  }
});
