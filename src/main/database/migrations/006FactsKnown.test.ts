import { expect, test } from 'vitest';
import { databaseAt } from '../testMigrations.ts';

test('what is known of a server is JSON, one per server, and goes with it', () => {
  const { connection } = databaseAt();
  connection
    .prepare("INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES (?, ?, '[]', 0, 1, 1)")
    .run('a', JSON.stringify({ name: 'a' }));
  const put = connection.prepare('INSERT INTO facts_known (server_id, facts) VALUES (?, ?)');
  put.run('a', '{}');
  expect(() => put.run('a', '{}')).toThrow('UNIQUE');
  expect(() => put.run('b', '{}')).toThrow('FOREIGN KEY');
  expect(() => connection.exec("UPDATE facts_known SET facts = 'no'")).toThrow('CHECK');
  connection.exec("DELETE FROM servers WHERE id = 'a'");
  expect(connection.prepare('SELECT count(*) FROM facts_known').pluck().get()).toBe(0);
});
