import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('a directory of the version before gets the tables; a document takes its versions with it, a server its look', () => {
  const { connection, to } = databaseAt(2);
  connection.exec(`INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('s', '{"name": "a"}', '[]', 0, 1, 1)`);
  to(3);
  expect(schemaVersion(connection)).toBe(3);

  connection.exec(`INSERT INTO documents (id, fields, created_at_ms) VALUES ('d', '{"name": "access"}', 1)`);
  const version = connection.prepare("INSERT INTO document_versions (document_id, version, text, who, note, saved_at_ms) VALUES (?, 1, 't', 'w', NULL, 1)");
  version.run('d');
  expect(() => version.run('d')).toThrow('UNIQUE');
  expect(() => version.run('gone')).toThrow('FOREIGN KEY');
  expect(() => connection.exec(`INSERT INTO documents (id, fields, created_at_ms) VALUES ('e', '{"name": "access"}', 1)`)).toThrow('UNIQUE');
  connection.exec("INSERT INTO deployment_looks (server_id, looked_at_ms) VALUES ('s', 5)");
  connection.exec('DELETE FROM documents; DELETE FROM servers');
  const left = ['document_versions', 'deployment_looks'].map((table) => connection.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get());
  expect(left).toEqual([0, 0]);

  const resource = connection.prepare('INSERT INTO cloud_resources (id, fields, created_at_ms, updated_at_ms) VALUES (?, ?, 1, 1)');
  resource.run('r1', '{"name": "slb"}');
  expect(() => resource.run('r2', '{"name": "slb"}')).toThrow('UNIQUE');
  expect(() => resource.run('r3', 'no JSON')).toThrow();
});
