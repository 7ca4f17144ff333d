import { expect, test } from 'vitest';
import type { AttemptView } from '../../../../shared/model/alert.ts';
import { openTestDatabase } from '../../../database/openTestDatabase.ts';
import type { AlertEvent } from '../evaluator/evaluatorTypes.ts';
import { testEvent } from '../testing/events.ts';
import { ChannelsRepo } from './channelsRepo.ts';
import type { Delivery } from './deliveryTypes.ts';
import { DeliveriesRepo } from './storedDelivery.ts';

function open() {
  const { database } = openTestDatabase();
  for (const id of ['a', 'b']) {
    database.run(database.query.insertInto('alerts').values({ id, record: '{}', raised_at_ms: 1, ended_at_ms: null }));
  }
  return { database, repo: new DeliveriesRepo(database) };
}
const delivery = (channelId: string, key: string, event: Partial<AlertEvent> = {}): Delivery => ({
  ...{ channelId, idempotencyKey: key, event: testEvent(event), state: 'waiting', attempts: 0, queuedAtMs: 1, nextAtMs: 1, endedAtMs: null, lastProblem: null },
});
const attempt = (change: Partial<AttemptView> = {}): AttemptView => ({ atMs: 5, tookMs: 1, outcome: 'failed', problem: 'HTTP 500', ...change });

test('one event is in the outbox once for each channel, and comes back as it was', () => {
  const { repo } = open();
  const away = [{ title: 'Disk', severity: 'critical' as const, servers: ['a'], subjects: ['disk:/'], raisedAtMs: 1, endedAtMs: 2 }];
  const first = repo.insert('a', delivery('chat', 'k1', { kind: 'whileAway', away }));
  expect(first).toMatchObject({ seq: expect.any(Number), tries: [] });
  expect(repo.insert('a', delivery('chat', 'k1'))).toBeNull();
  repo.insert('b', delivery('mail', 'k1'));
  expect(repo.waiting().map(({ channelId, event }) => [channelId, event.away])).toEqual([
    ['chat', away],
    ['mail', undefined],
  ]);
  expect(repo.of('b').map(({ channelId }) => channelId)).toEqual(['mail']);
  expect(() => repo.insert('gone', delivery('chat', 'k2'))).toThrow('FOREIGN KEY');
});

test('what was begun and has no outcome is known of after the end of the program, and no longer once it has one', () => {
  const { repo } = open();
  const [one, two] = [repo.insert('a', delivery('chat', 'k1')), repo.insert('a', delivery('chat', 'k2'))];
  if (one === null || two === null) throw new Error('both are new');
  repo.begin([one.seq, two.seq], 77);
  expect(repo.cutOff().map(({ begunAtMs, delivery: { idempotencyKey } }) => [begunAtMs, idempotencyKey])).toEqual([
    [77, 'k1'],
    [77, 'k2'],
  ]);
  repo.save({ ...one, state: 'sent', endedAtMs: 80 }, attempt({ outcome: 'sent', problem: null }));
  expect(repo.cutOff().map(({ delivery: { idempotencyKey } }) => idempotencyKey)).toEqual(['k2']);
  expect(repo.waiting().map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k2']);
});

test('the last fifty attempts are kept; what was given up is counted since a time', () => {
  const { repo } = open();
  let stored = repo.insert('a', delivery('chat', 'k1'));
  if (stored === null) throw new Error('it is new');
  for (let number = 0; number < 60; number += 1) stored = repo.save(stored, attempt({ atMs: number }));
  expect(repo.of('a')[0]?.tries.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 50 }, (_, index) => index + 10));
  repo.save({ ...stored, state: 'givenUp', endedAtMs: 500 }, null);
  expect([repo.givenUpSince(500), repo.givenUpSince(501), repo.newestOf('chat', 5).length, repo.newestOf('mail', 5).length]).toEqual([1, 0, 1, 0]);
});

test('channels are kept without what is secret, in their order, and the heartbeat beside them', () => {
  const { database } = open();
  const repo = new ChannelsRepo(database);
  const told = { enabled: true, severities: ['critical' as const], fromLevel: 1 as const, chatty: false };
  repo.save({ id: 'two', fields: { kind: 'slack', name: 'two', ...told }, known: { host: 'chat.example', has: ['address'] } }, 2);
  repo.save({ id: 'one', fields: { kind: 'desktop', name: 'one', ...told }, known: { host: null, has: [] } }, 1);
  repo.save({ id: 'two', fields: { kind: 'slack', name: 'deux', ...told, chatty: true }, known: { host: 'chat.example', has: [] } }, 9);
  expect(repo.all()).toMatchObject([
    { id: 'one', fields: { name: 'one' } },
    { id: 'two', fields: { name: 'deux', chatty: true }, known: { has: [] } },
  ]);
  expect(repo.all()[1]?.fields).not.toHaveProperty('known');
  repo.remove('one');
  expect(repo.all().map(({ id }) => id)).toEqual(['two']);
  expect(repo.heartbeat()).toBeNull();
  const heartbeat = { fields: { enabled: true, method: 'GET' as const, intervalS: 60 }, host: 'hc.example' };
  repo.saveHeartbeat({ ...heartbeat, host: null });
  repo.saveHeartbeat(heartbeat);
  expect(repo.heartbeat()).toEqual(heartbeat);
});
