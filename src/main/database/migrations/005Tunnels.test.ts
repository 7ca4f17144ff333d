import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('a directory of the version before gets the table; a tunnel has a name of its own on its server, and goes with it', () => {
  const { connection, to } = databaseAt(4);
  connection.exec(`INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('s', '{"name": "a"}', '[]', 0, 1, 1)`);
  to(5);
  expect(schemaVersion(connection)).toBe(5);
  const put = (id: string, server: string, name: string, localPort: number | null, port: number, wanted = 1) =>
    connection.prepare("INSERT INTO tunnels VALUES (?, ?, ?, ?, 'localhost', ?, 'http', ?, 1)").run(id, server, name, localPort, port, wanted);
  put('t', 's', 'grafana', null, 3000);
  expect(() => put('u', 's', 'grafana', 3000, 3000)).toThrow('UNIQUE');
  expect(() => put('u', 'gone', 'grafana', 3000, 3000)).toThrow('FOREIGN KEY');
  expect(() => put('u', 's', 'other', 0, 3000)).toThrow('CHECK');
  expect(() => put('u', 's', 'other', 1, 65_536)).toThrow('CHECK');
  expect(() => put('u', 's', 'other', 1, 1, 2)).toThrow('CHECK');
  connection.exec('DELETE FROM servers');
  expect(connection.prepare('SELECT COUNT(*) FROM tunnels').pluck().get()).toBe(0);
});
