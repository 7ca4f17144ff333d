import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('a policy goes with its server, and what is known of its backups stays', () => {
  const { connection } = databaseAt(10);
  expect(schemaVersion(connection)).toBe(10);
  const fields = JSON.stringify({ name: 'db-1' });
  connection.exec(`INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('srv_1', '${fields}', '[]', 0, 1, 1)`);
  connection.exec("INSERT INTO backup_policies VALUES ('srv_1', 'shop', '{}', 1)");
  connection.exec("INSERT INTO backup_sets VALUES ('db-1', 'shop', '20260101T000000Z-abcd', '{}')");
  expect(() => connection.exec("INSERT INTO backup_policies VALUES ('srv_2', 'shop', '{}', 1)")).toThrow('FOREIGN KEY');
  connection.exec("DELETE FROM servers WHERE id = 'srv_1'");
  expect(connection.prepare('SELECT COUNT(*) FROM backup_policies').pluck().get()).toBe(0);
  expect(connection.prepare('SELECT COUNT(*) FROM backup_sets').pluck().get()).toBe(1);
});
