import { expect, test } from 'vitest';
import type { ChannelFields } from '../../../../shared/model/alertChannel.ts';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import type { StoredChannel } from '../delivery/channelsRepo.ts';
import { DeliveriesRepo } from '../delivery/storedDelivery.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import type { PastAlert } from '../evaluator/replay.ts';
import { testEvent, testEvidence } from '../testing/events.ts';
import { AlertsRepo } from './alertsRepo.ts';
import { AwayAlerts } from './awayAlerts.ts';

const channel = (name: string, change: Partial<ChannelFields> = {}): StoredChannel => ({
  id: name,
  fields: { ...{ kind: 'slack', name, enabled: true, severities: ['critical', 'warning'], fromLevel: 1, chatty: false }, ...change } as ChannelFields,
  known: { host: null, has: [] },
});

/** Alerts of hours without a watcher over a real database, told to these channels. */
function open(channels: readonly StoredChannel[] = [channel('chat')]) {
  const { database } = openTestDatabase();
  const [repo, deliveries] = [new AlertsRepo(database), new DeliveriesRepo(database)];
  const away = new AwayAlerts({ database, repo, deliveries, channels: () => channels });
  const keep = (...alerts: PastAlert[]) => away.keep(alerts, new Map());
  return { repo, deliveries, away, keep, history: () => [...repo.history({ state: 'all' })] };
}

/** One that was raised and was over, on a server. */
function past(fromMs: number, untilMs: number, server = 'a', change: Partial<AlertEvent> = {}): PastAlert {
  const key = change.key ?? `cpu/srv_${server}`;
  const serverId = `srv_${server}`;
  const common = { key, raisedAtMs: fromMs, serverIds: [serverId], evidence: [testEvidence({ serverId, serverName: server })], ...change };
  const event = (kind: 'raised' | 'resolved', atMs: number) =>
    testEvent({ ...common, kind, atMs, why: kind === 'resolved' ? 'good' : null, id: `${key}@${fromMs}.${kind}.${server}` });
  return [event('raised', fromMs), event('resolved', untilMs)];
}

test('one that was found on several servers is one: from the first beginning to the last end, with what happened on each', () => {
  const { repo, away, keep, history } = open();
  const key = 'cpu/stack:shop';
  expect(keep(past(2000, 5000, 'a', { key }))).toBe(1);
  expect(keep(past(1000, 6000, 'b', { key }))).toBe(0);
  expect(keep(past(5500, 5800, 'c', { key, severity: 'critical' }))).toBe(0);
  const [record, ...others] = history();
  expect(others).toEqual([]);
  expect(record).toMatchObject({ raisedAtMs: 1000, endedAtMs: 6000, severity: 'critical', ended: 'good', whileAway: true });
  expect(record?.servers.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(repo.events(record?.id ?? '').map(({ kind, atMs }) => [kind, atMs])).toEqual([
    ['raised', 2000],
    ['resolved', 5000],
    ['raised', 1000],
    ['resolved', 6000],
    ['raised', 5500],
    ['resolved', 5800],
  ]);
  expect(away.waiting).toBe(1);
});

test('one that was seen at that time is that one, and the same server twice is the same', () => {
  const { repo, keep, history } = open();
  expect(keep(past(1000, 2000))).toBe(1);
  expect(keep(past(1500, 2500))).toBe(0);
  expect(keep(past(3000, 4000))).toBe(1);
  const [first] = history();
  if (first === undefined) throw new Error('it was kept');
  repo.save({ ...first, id: 'cpu/srv_a@9000', raisedAtMs: 9000, endedAtMs: null, whileAway: false });
  expect(keep(past(9500, 9600, 'b', { key: 'cpu/srv_a' }))).toBe(0);
  expect(history().map(({ raisedAtMs, endedAtMs, whileAway }) => [raisedAtMs, endedAtMs, whileAway])).toEqual([
    [9000, null, false],
    [3000, 4000, true],
    [1000, 2000, true],
  ]);
});

test('one whose key begins as that of another, with an "@", is another', () => {
  const { keep, history } = open();
  expect(keep(past(1000, 2000, 'a', { key: 'cpu/srv_a@2/disk' }))).toBe(1);
  expect(keep(past(1000, 2000, 'a'))).toBe(1);
  expect(history()).toHaveLength(2);
});

test('all are told at once and once, to channels that are on and take such a severity', () => {
  const { away, deliveries, keep, history } = open([channel('chat'), channel('off', { enabled: false }), channel('pager', { severities: ['critical'] })]);
  expect(away.tell(5000)).toEqual([]);
  keep(past(1000, 2000), past(1000, 3000, 'b'));
  expect(away.waiting).toBe(2);
  const told = away.tell(5000);
  expect(told.map(({ channelId, event }) => [channelId, event.kind, event.away?.length])).toEqual([['chat', 'whileAway', 2]]);
  expect([away.waiting, away.tell(6000)]).toEqual([0, []]);
  expect(history().flatMap(({ id }) => deliveries.of(id))).toHaveLength(1);
  keep(past(7000, 8000));
  expect(away.tell(9000).map(({ event }) => event.away?.map(({ raisedAtMs }) => raisedAtMs))).toEqual([[7000]]);
});
