import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('probes and what they used go with their server', () => {
  const { connection, to } = databaseAt(15);
  const fields = JSON.stringify({ name: 'gpu-1' });
  connection.prepare("INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('srv', ?, '[]', 0, 1, 1)").run(fields);
  to(16);
  expect(schemaVersion(connection)).toBe(16);
  const add = (origin: string) =>
    connection.prepare("INSERT INTO probes (id, origin, server_id, fields, created_at_ms) VALUES ('p', ?, 'srv', '{}', 1)").run(origin);
  expect(() => add('found')).toThrow('CHECK');
  add('own');
  connection.exec("INSERT INTO probe_spend VALUES ('p', 1, 1, 20)");
  expect(connection.prepare('SELECT edited + removed FROM probes').pluck().get()).toBe(0);
  connection.exec('DELETE FROM servers');
  expect(connection.prepare('SELECT COUNT(*) FROM probe_spend').pluck().get()).toBe(0);
});
