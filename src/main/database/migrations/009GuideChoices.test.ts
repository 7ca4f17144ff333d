import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('choices are of a server that is there, and go with it', () => {
  const { connection, to } = databaseAt(8);
  connection.exec(`INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('s', '{"name": "a"}', '[]', 0, 1, 1)`);
  to(9);
  expect(schemaVersion(connection)).toBe(9);
  const put = (server: string, choices: string) => connection.prepare('INSERT INTO guide_choices VALUES (?, ?, 1)').run(server, choices);
  put('s', '{"stackId": null, "passed": {}}');
  expect(() => put('gone', '{}')).toThrow('FOREIGN KEY');
  expect(() => put('s', '{')).toThrow('CHECK');
  connection.exec('DELETE FROM servers');
  expect(connection.prepare('SELECT COUNT(*) FROM guide_choices').pluck().get()).toBe(0);
});
