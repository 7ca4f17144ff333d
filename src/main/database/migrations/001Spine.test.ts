import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate, schemaVersion } from '../migrate.ts';
import { migration001 } from './001Spine.ts';

function migrated() {
  const connection = new Sqlite(':memory:');
  connection.pragma('foreign_keys = ON');
  migrate(connection, [migration001], { file: ':memory:', beforeChange: () => {} });
  return connection;
}

test('an empty file gets every table, and needs no backup', () => {
  const connection = new Sqlite(':memory:');
  migrate(connection, [migration001], {
    file: ':memory:',
    beforeChange: () => {
      throw new Error('asked for a backup of nothing');
    },
  });
  expect(schemaVersion(connection)).toBe(1);
  const names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  expect(names).toEqual([
    'deployments',
    'facts',
    'keystores',
    'operation_cells',
    'operation_effects',
    'operation_jobs',
    'operation_memory',
    'operation_output',
    'operation_targets',
    'operations',
    'requests',
    'secrets',
    'servers',
    'settings',
  ]);
});

test('every table takes a row of its shape and gives it back', () => {
  const connection = migrated();
  const rows: Record<string, Record<string, unknown>> = {
    servers: { id: 's', fields: '{"name":"a"}', host_keys: '[]', demo: 1, created_at_ms: 1, updated_at_ms: 2 },
    secrets: { name: 'n', sealed: Buffer.from([0, 255]), updated_at_ms: 1 },
    keystores: { keystore: 'passphrase', wrapped_key: Buffer.from([1]), parameters: '{}', created_at_ms: 1 },
    settings: { key: 'k', value: 'null', updated_at_ms: 1 },
    requests: { request_id: 'r', procedure: 'p', result: '{}', created_at_ms: 1 },
    facts: { server_id: 's', facts: '{}', collected_at_ms: 1 },
    deployments: { server_id: 's', stack_id: 'st', deployment: '{}', observed_at_ms: 1 },
    operations: {
      ...{ id: 'o', request_id: 'r', kind: 'exec', title: 't', subject: null, who: 'w', state: 'queued', wish: 'run', strategy: '{}', failure_limit: 0 },
      ...{ mutates: 0, spec: '{}', steps: '[]', created_at_ms: 1, started_at_ms: null, finished_at_ms: null, error: null },
      ...{ lease_token: null, lease_expires_at_ms: 0, output_dropped_seq: -1 },
    },
    operation_targets: { operation_id: 'o', server_id: 's', name: 'a', position: 0 },
    operation_cells: {
      ...{ operation_id: 'o', server_id: 's', step_id: 'x', state: 'pending', phase: null, detail: null, attempt: 0, exit_code: null, error: null },
      ...{ started_at_ms: null, finished_at_ms: null },
    },
    operation_effects: {
      ...{ operation_id: 'o', server_id: 's', step_id: 'x', attempt: 1, name: 'apply', effect: 'once', state: 'started', result: null },
      ...{ started_at_ms: 1, finished_at_ms: null },
    },
    operation_jobs: {
      ...{ operation_id: 'o', server_id: 's', step_id: 'x', attempt: 1, name: 'j', job_id: 'id', sudo: 0, output_offset: 0, deadline_at_ms: null },
      ...{ ended_by: null, acknowledged: 0, tail: Buffer.from([2]), result: null, forgotten: 0 },
    },
    operation_memory: { operation_id: 'o', server_id: 's', key: 'k', value: '1' },
    operation_output: {
      ...{ operation_id: 'o', seq: 0, at_ms: 1, server_id: 's', step_id: 'x', phase: null, stream: 'stdout', segment: 0, position: 0, length: 5 },
    },
  };
  for (const [table, row] of Object.entries(rows)) {
    const columns = Object.keys(row);
    connection.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`).run(...Object.values(row));
    expect(connection.prepare(`SELECT ${columns} FROM ${table}`).get(), table).toEqual(row);
  }
  connection.exec("DELETE FROM operations; DELETE FROM servers WHERE id = 's'");
  const left = Object.keys(rows).filter((table) => connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() !== 0);
  expect(left).toEqual(['secrets', 'keystores', 'settings', 'requests']);
});

test('values of another shape are refused by the database itself', () => {
  const connection = migrated();
  const put = (fields: string, demo: unknown) =>
    connection.prepare("INSERT INTO servers (id, fields, host_keys, demo, created_at_ms, updated_at_ms) VALUES ('s', ?, '[]', ?, 1, 1)").run(fields, demo);
  expect(() => put('not json', 0)).toThrow();
  expect(() => put('{}', 0)).toThrow('NOT NULL');
  expect(() => put('{"name":"a"}', 2)).toThrow('CHECK');
});
