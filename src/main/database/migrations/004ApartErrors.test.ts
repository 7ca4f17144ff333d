import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion } from '../migrate.ts';
import { migrations } from '../migrations.ts';

const options = { file: ':memory:', beforeChange: () => {} };

test('jobs of before are jobs whose standard error goes with their output', () => {
  const connection = new Sqlite(':memory:');
  migrate(connection, migrations.slice(0, 3), options);
  connection.exec(`
    INSERT INTO operations (id, request_id, kind, title, who, state, wish, strategy, failure_limit, mutates, spec, steps, created_at_ms, lease_expires_at_ms, output_dropped_seq)
    VALUES ('op_1', 'r1', 'exec', 't', 'w', 'running', 'run', '{}', 0, 1, '{}', '[]', 1, 0, -1);
    INSERT INTO operation_jobs (operation_id, server_id, step_id, attempt, name, job_id, sudo, output_offset, acknowledged, tail, forgotten)
    VALUES ('op_1', 'a', 'run', 1, 'run', 'job', 0, 12, 1, x'', 0)`);
  migrate(connection, migrations.slice(0, 4), options);
  expect(schemaVersion(connection)).toBe(4);
  expect(connection.prepare('SELECT output_offset, error_offset FROM operation_jobs').get()).toEqual({ output_offset: 12, error_offset: null });
});
