import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('an event is kept once, a channel is told of it once, and both go with their alert', () => {
  const { connection, to } = databaseAt(14);
  connection.exec("INSERT INTO incidents (number, fields, opened_at_ms) VALUES (1, '{}', 1)");
  to(15);
  expect(schemaVersion(connection)).toBe(15);
  expect(connection.prepare('SELECT COUNT(*) FROM incidents').pluck().get()).toBe(1);
  connection.exec("INSERT INTO alerts (id, record, raised_at_ms) VALUES ('cpu/srv@1', '{}', 1)");
  const event = (id: string, alert = 'cpu/srv@1') =>
    connection.prepare("INSERT INTO alert_events (id, alert_id, at_ms, event) VALUES (?, ?, 1, '{}')").run(id, alert);
  event('cpu/srv@1.1');
  expect(() => event('cpu/srv@1.1')).toThrow('UNIQUE');
  expect(() => event('x', 'nothing')).toThrow('FOREIGN KEY');
  const deliver = (channel: string) =>
    connection
      .prepare("INSERT INTO alert_deliveries (channel_id, idempotency_key, alert_id, delivery, attempts) VALUES (?, 'ph-1', 'cpu/srv@1', '{}', '[]')")
      .run(channel);
  deliver('slack');
  deliver('mail');
  expect(() => deliver('slack')).toThrow('UNIQUE');
  connection.exec('DELETE FROM alerts');
  for (const table of ['alert_events', 'alert_deliveries']) expect(connection.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get()).toBe(0);
});

test('a channel has a name of its own, and there is one state', () => {
  const { connection } = databaseAt();
  const channel = (id: string) => connection.prepare('INSERT INTO alert_channels VALUES (?, ?, 1)').run(id, JSON.stringify({ name: 'ops' }));
  channel('a');
  expect(() => channel('b')).toThrow('UNIQUE');
  expect(() => connection.exec("INSERT INTO alert_state VALUES (2, '{}', 1)")).toThrow('CHECK');
});
