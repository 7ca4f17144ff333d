import type { Migration } from '../migrate.ts';

/** What people leave at runs: notes, and files, whose bytes lie in the data directory under their hash. */
export const migration012: Migration = {
  version: 12,
  sql: `
    CREATE TABLE run_notes (
      id TEXT NOT NULL PRIMARY KEY,
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT,
      step_id TEXT,
      text TEXT NOT NULL,
      who TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX run_notes_by_operation ON run_notes (operation_id, at_ms);

    CREATE TABLE run_attachments (
      id TEXT NOT NULL PRIMARY KEY,
      operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
      server_id TEXT,
      step_id TEXT,
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      type TEXT NOT NULL,
      who TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX run_attachments_by_operation ON run_attachments (operation_id, at_ms);
    CREATE INDEX run_attachments_by_hash ON run_attachments (sha256);
  `,
};
