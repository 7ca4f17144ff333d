import { expect, test } from 'vitest';
import { databaseAt } from '../testMigrations.ts';

test('a schedule has a name of its own; what was done of it goes with it, and a run counts once', () => {
  const { connection } = databaseAt(11);
  const add = (id: string, name: string) =>
    connection.prepare('INSERT INTO schedules (id, fields, created_at_ms) VALUES (?, ?, 1)').run(id, JSON.stringify({ name }));
  add('a', 'patches');
  expect(() => add('b', 'patches')).toThrow('UNIQUE');
  const done = (operation: string | null) =>
    connection.prepare("INSERT INTO schedule_completions (schedule_id, server_id, operation_id, at_ms, who) VALUES ('a', 's', ?, 1, 'Ada')").run(operation);
  done('op');
  expect(() => done('op')).toThrow('UNIQUE');
  done(null);
  done(null);
  connection.exec("DELETE FROM schedules WHERE id = 'a'");
  expect(connection.prepare('SELECT COUNT(*) FROM schedule_completions').pluck().get()).toBe(0);
});
