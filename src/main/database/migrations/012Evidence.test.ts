import { expect, test } from 'vitest';
import { schemaVersion } from '../migrate.ts';
import { databaseAt } from '../testMigrations.ts';

test('notes and files belong to a run, and go with it', () => {
  const { connection } = databaseAt(12);
  expect(schemaVersion(connection)).toBe(12);
  const note = connection.prepare("INSERT INTO run_notes (id, operation_id, text, who, at_ms) VALUES (?, ?, 't', 'w', 1)");
  expect(() => note.run('n', 'op')).toThrow('FOREIGN KEY');
  connection.exec(`INSERT INTO operations (id, request_id, kind, title, who, state, wish, strategy, failure_limit, mutates, spec, steps, created_at_ms, lease_expires_at_ms, output_dropped_seq)
    VALUES ('op', 'r', 'exec', 't', 'w', 'succeeded', 'run', '{}', 0, 0, '{}', '[]', 1, 0, -1)`);
  note.run('n', 'op');
  const file = connection.prepare(
    "INSERT INTO run_attachments (id, operation_id, name, size, sha256, type, who, at_ms) VALUES (?, 'op', 'f', 1, ?, 't', 'w', 1)",
  );
  file.run('a', 'a'.repeat(64));
  expect(() => file.run('b', 'short')).toThrow('CHECK');
  connection.exec('DELETE FROM operations');
  expect(['run_notes', 'run_attachments'].map((table) => connection.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get())).toEqual([0, 0]);
});
