import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('alerts stay, there is one set of times, and what waits to be told together goes with its alert', () => {
  const { connection, to } = databaseAt(16);
  connection.exec("INSERT INTO alerts (id, record, raised_at_ms) VALUES ('cpu/srv@1', '{}', 1)");
  to(17);
  expect(schemaVersion(connection)).toBe(17);
  expect(connection.prepare('SELECT id FROM alerts').pluck().all()).toEqual(['cpu/srv@1']);
  connection.exec("INSERT INTO alert_digest VALUES ('cpu/srv@1')");
  expect(() => connection.exec("INSERT INTO alert_digest VALUES ('cpu/srv@1')")).toThrow('UNIQUE');
  expect(() => connection.exec("INSERT INTO alert_digest VALUES ('nothing')")).toThrow('FOREIGN KEY');
  connection.exec("INSERT INTO alert_times VALUES (1, '{}', 'Ada', 1)");
  expect(() => connection.exec("INSERT INTO alert_times VALUES (2, '{}', 'Ada', 1)")).toThrow('CHECK');
  connection.exec('DELETE FROM alerts');
  expect(connection.prepare('SELECT COUNT(*) FROM alert_digest').pluck().get()).toBe(0);
});
