import type { Migration } from '../migrate.ts';

/** What is due again and again, what of it was done, and when servers may be interrupted. */
export const migration011: Migration = {
  version: 11,
  sql: `
    CREATE TABLE schedules (
      id TEXT NOT NULL PRIMARY KEY,
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      name TEXT NOT NULL AS (fields ->> '$.name') STORED UNIQUE,
      automatic_due_ms INTEGER,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE schedule_completions (
      schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
      server_id TEXT,
      server_name TEXT,
      operation_id TEXT,
      at_ms INTEGER NOT NULL,
      who TEXT NOT NULL,
      note TEXT
    ) STRICT;
    CREATE INDEX schedule_completions_by_time ON schedule_completions (schedule_id, at_ms);
    CREATE UNIQUE INDEX schedule_completions_by_run ON schedule_completions (schedule_id, server_id, operation_id) WHERE operation_id IS NOT NULL;
    CREATE TABLE maintenance_windows (
      name TEXT NOT NULL PRIMARY KEY,
      fields TEXT NOT NULL CHECK (json_valid(fields)),
      who TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE window_overrides (
      operation_id TEXT NOT NULL PRIMARY KEY,
      who TEXT NOT NULL,
      reason TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
