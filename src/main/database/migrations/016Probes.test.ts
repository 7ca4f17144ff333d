import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion } from '../migrate.ts';
import { migrations } from '../migrations.ts';

test('probes and what they used go with their server', () => {
  const connection = new Sqlite(':memory:');
  connection.pragma('foreign_keys = ON');
  const upTo = (version: number) =>
    migrate(
      connection,
      migrations.filter((migration) => migration.version <= version),
      { file: ':memory:', beforeChange: () => {} },
    );
  upTo(15);
  const fields = JSON.stringify({ name: 'gpu-1' });
  connection.prepare("INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('srv', ?, '[]', 0, 1, 1)").run(fields);
  upTo(16);
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
