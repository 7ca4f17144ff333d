import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('a directory of the version before gets the tables; values are of an environment or of a server, and go with it', () => {
  const { connection, to } = databaseAt(6);
  connection.exec(`INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('s', '{"name": "a"}', '[]', 0, 1, 1)`);
  to(7);
  expect(schemaVersion(connection)).toBe(7);
  const values = (environment: string, server: string | null, json = '{}') =>
    connection.prepare("INSERT INTO stack_values VALUES ('demo', ?, ?, ?, 'Ada', 1)").run(environment, server, json);
  values('staging', null);
  values('', 's');
  expect(() => values('staging', null)).toThrow('UNIQUE');
  expect(() => values('', 's')).toThrow('UNIQUE');
  expect(() => values('staging', 's')).toThrow('CHECK');
  expect(() => values('', null)).toThrow('CHECK');
  expect(() => values('', 'gone')).toThrow('FOREIGN KEY');
  expect(() => values('production', null, '{')).toThrow('CHECK');
  connection.prepare("INSERT INTO stack_plans VALUES ('plan_a', 'demo', '{}', '[]', '{}', 1)").run();
  expect(() => connection.prepare("INSERT INTO stack_plans VALUES ('plan_b', 'demo', '{}', 'x', '{}', 1)").run()).toThrow('CHECK');
  connection.exec('DELETE FROM servers');
  expect(connection.prepare('SELECT COUNT(*) FROM stack_values').pluck().get()).toBe(1);
});
