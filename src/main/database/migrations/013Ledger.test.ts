import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('the ledger keeps an entry once for each cause, and a delivery only of an entry that is there', () => {
  const { connection } = databaseAt(13);
  expect(schemaVersion(connection)).toBe(13);
  const add = (seq: number, dedupe: string | null) =>
    connection.prepare('INSERT INTO activity_records (seq, line, hash, dedupe, at_ms) VALUES (?, ?, ?, ?, 1)').run(seq, '{}', 'h', dedupe);
  add(1, 'request 1');
  add(2, null);
  add(3, null);
  expect(() => add(4, 'request 1')).toThrow('UNIQUE');
  const deliver = (seq: number) => connection.prepare("INSERT INTO activity_deliveries (seq, server_id, server_name) VALUES (?, 'srv', 'gpu-1')").run(seq);
  deliver(1);
  expect(() => deliver(9)).toThrow('FOREIGN KEY');
});

test('what was noted of an incident goes with it', () => {
  const { connection } = databaseAt();
  connection.exec("INSERT INTO incidents (number, fields, opened_at_ms) VALUES (1, '{}', 1)");
  connection.exec("INSERT INTO incident_events (incident, at_ms, who, event) VALUES (1, 1, 'Ada', '{}')");
  connection.exec('DELETE FROM incidents');
  expect(connection.prepare('SELECT COUNT(*) FROM incident_events').pluck().get()).toBe(0);
  expect(() => connection.exec("INSERT INTO incident_plan (id, plan, who, saved_at_ms) VALUES (2, '{}', 'Ada', 1)")).toThrow('CHECK');
});
