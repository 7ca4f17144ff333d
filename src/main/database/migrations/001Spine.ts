import type { Migration } from '../migrate.ts';

/** The first tables: inventory, secrets, settings, request results, and the journal of operations. */
export const migration001: Migration = {
  version: 1,
  sql: `
    CREATE TABLE servers (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL GENERATED ALWAYS AS (json_extract(fields, '$.name')) VIRTUAL,
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      host_keys TEXT NOT NULL CHECK (json_valid(host_keys)),
      demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX servers_by_name ON servers (name);

    CREATE TABLE secrets (
      name TEXT NOT NULL PRIMARY KEY,
      sealed BLOB NOT NULL,
      updated_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE keystores (
      keystore TEXT NOT NULL PRIMARY KEY,
      wrapped_key BLOB NOT NULL,
      parameters TEXT NOT NULL CHECK (json_valid(parameters)),
      created_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      key TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE requests (
      request_id TEXT NOT NULL PRIMARY KEY,
      procedure TEXT NOT NULL,
      result TEXT NOT NULL CHECK (json_valid(result)),
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX requests_by_age ON requests (created_at_ms);

    CREATE TABLE facts (
      server_id TEXT NOT NULL PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
      facts TEXT NOT NULL CHECK (json_valid(facts)),
      collected_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE deployments (
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      stack_id TEXT NOT NULL,
      deployment TEXT NOT NULL CHECK (json_valid(deployment)),
      observed_at_ms INTEGER NOT NULL,
      PRIMARY KEY (server_id, stack_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE operations (
      id TEXT NOT NULL PRIMARY KEY,
      request_id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      subject TEXT,
      who TEXT NOT NULL,
      state TEXT NOT NULL,
      wish TEXT NOT NULL CHECK (wish IN ('run', 'pause', 'cancel')),
      strategy TEXT NOT NULL CHECK (json_valid(strategy)),
      failure_limit INTEGER NOT NULL,
      mutates INTEGER NOT NULL CHECK (mutates IN (0, 1)),
      spec TEXT NOT NULL CHECK (json_valid(spec)),
      steps TEXT NOT NULL CHECK (json_valid(steps)),
      created_at_ms INTEGER NOT NULL,
      started_at_ms INTEGER,
      finished_at_ms INTEGER,
      error TEXT,
      lease_token TEXT,
      lease_expires_at_ms INTEGER NOT NULL DEFAULT 0,
      output_dropped_seq INTEGER NOT NULL DEFAULT -1
    ) STRICT;
    CREATE INDEX operations_by_age ON operations (created_at_ms);
    CREATE INDEX operations_open ON operations (state, created_at_ms);

    CREATE TABLE operation_targets (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT NOT NULL,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (operation_id, server_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX operation_targets_by_server ON operation_targets (server_id, operation_id);

    CREATE TABLE operation_cells (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT NOT NULL,
      step_id TEXT NOT NULL,
      state TEXT NOT NULL,
      phase TEXT,
      detail TEXT,
      attempt INTEGER NOT NULL,
      exit_code INTEGER,
      error TEXT,
      started_at_ms INTEGER,
      finished_at_ms INTEGER,
      PRIMARY KEY (operation_id, server_id, step_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE operation_effects (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT NOT NULL,
      step_id TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      name TEXT NOT NULL,
      effect TEXT NOT NULL CHECK (effect IN ('read', 'idempotent', 'once')),
      state TEXT NOT NULL CHECK (state IN ('started', 'finished')),
      result TEXT,
      started_at_ms INTEGER NOT NULL,
      finished_at_ms INTEGER,
      PRIMARY KEY (operation_id, server_id, step_id, attempt, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE operation_jobs (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT NOT NULL,
      step_id TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      name TEXT NOT NULL,
      job_id TEXT NOT NULL,
      sudo INTEGER NOT NULL CHECK (sudo IN (0, 1)),
      output_offset INTEGER NOT NULL,
      deadline_at_ms INTEGER,
      ended_by TEXT CHECK (ended_by IN ('timeout', 'cancel')),
      acknowledged INTEGER NOT NULL CHECK (acknowledged IN (0, 1)),
      tail BLOB NOT NULL,
      result TEXT,
      forgotten INTEGER NOT NULL CHECK (forgotten IN (0, 1)),
      PRIMARY KEY (operation_id, server_id, step_id, attempt, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX operation_jobs_forgettable ON operation_jobs (server_id) WHERE forgotten = 0 AND result IS NOT NULL;

    CREATE TABLE operation_memory (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL CHECK (json_valid(value)),
      PRIMARY KEY (operation_id, server_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE operation_output (
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      server_id TEXT,
      step_id TEXT,
      phase TEXT,
      stream TEXT NOT NULL CHECK (stream IN ('stdout', 'stderr', 'note')),
      segment INTEGER NOT NULL,
      position INTEGER NOT NULL,
      length INTEGER NOT NULL,
      PRIMARY KEY (operation_id, seq)
    ) STRICT, WITHOUT ROWID;
  `,
};
