import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('operations of the version before have no parent; a part goes with the operation that it is a part of', () => {
  const { connection, to } = databaseAt(7);
  const columns = 'id, request_id, kind, title, who, state, wish, strategy, failure_limit, mutates, spec, steps, created_at_ms';
  const values = (id: string) => `'${id}', '${id}', 'exec', 't', 'w', 'succeeded', 'run', '{}', 0, 0, '{}', '[]', 1`;
  connection.exec(`INSERT INTO operations (${columns}) VALUES (${values('old')})`);
  to(8);
  expect(schemaVersion(connection)).toBe(8);
  expect(connection.prepare('SELECT parent_id FROM operations').pluck().get()).toBeNull();
  connection.exec(`INSERT INTO operations (${columns}, parent_id) VALUES (${values('part')}, 'old')`);
  expect(() => connection.exec(`INSERT INTO operations (${columns}, parent_id) VALUES (${values('lost')}, 'gone')`)).toThrow('FOREIGN KEY');
  connection.exec("DELETE FROM operations WHERE id = 'old'");
  expect(connection.prepare('SELECT COUNT(*) FROM operations').pluck().get()).toBe(0);
});
