import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('a held shell goes with its server, and there is one arrangement of panes', () => {
  const { connection, to } = databaseAt(13);
  connection.exec("INSERT INTO incidents (number, fields, opened_at_ms) VALUES (1, '{}', 1)");
  to(14);
  expect(schemaVersion(connection)).toBe(14);
  expect(connection.prepare('SELECT COUNT(*) FROM incidents').pluck().get()).toBe(1);
  const fields = JSON.stringify({ name: 'gpu-1' });
  connection.prepare("INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('srv', ?, '[]', 0, 1, 1)").run(fields);
  const open = (server: string) => connection.prepare("INSERT INTO terminals VALUES (?, ?, 'shell', NULL, 'perl', 80, 24, 1, 0)").run(`term_${server}`, server);
  open('srv');
  expect(() => open('nowhere')).toThrow('FOREIGN KEY');
  connection.exec('DELETE FROM servers');
  expect(connection.prepare('SELECT COUNT(*) FROM terminals').pluck().get()).toBe(0);
  expect(() => connection.exec("INSERT INTO terminal_layout VALUES (2, '{}')")).toThrow('CHECK');
});
