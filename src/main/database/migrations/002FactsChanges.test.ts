import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion } from '../migrate.ts';
import { migration001 } from './001Spine.ts';
import { migration002 } from './002FactsChanges.ts';

test('a directory of the first version gets the table, keeps its servers, and changes go with their server', () => {
  const connection = new Sqlite(':memory:');
  connection.pragma('foreign_keys = ON');
  migrate(connection, [migration001], { file: ':memory:', beforeChange: () => {} });
  const insert = "INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES (?, ?, '[]', 0, 1, 1)";
  for (const id of ['a', 'b']) connection.prepare(insert).run(id, JSON.stringify({ name: id }));
  const backedUp: number[] = [];
  migrate(connection, [migration001, migration002], { file: ':memory:', beforeChange: (version) => backedUp.push(version) });
  expect([schemaVersion(connection), backedUp]).toEqual([2, [1]]);
  const row = { server_id: 'a', seen_at_ms: 2, since_ms: 1, path: 'gpu.count', title: 'Number of GPUs', before: '2', after: null, important: 1 };
  const columns = Object.keys(row);
  const put = connection.prepare(`INSERT INTO facts_changes (${columns}) VALUES (${columns.map(() => '?')})`);
  put.run(...Object.values(row));
  put.run(...Object.values({ ...row, server_id: 'b' }));
  expect(connection.prepare(`SELECT ${columns} FROM facts_changes WHERE server_id = 'a'`).all()).toEqual([row]);
  expect(() => put.run(...Object.values({ ...row, important: 2 }))).toThrow('CHECK');
  expect(() => put.run(...Object.values({ ...row, server_id: 'gone' }))).toThrow('FOREIGN KEY');
  connection.exec("DELETE FROM servers WHERE id = 'a'");
  expect(connection.prepare('SELECT server_id FROM facts_changes').pluck().all()).toEqual(['b']);
});
