import type { Migration } from '../migrate.ts';

/** What changed on servers between two readings of their facts. */
export const migration002: Migration = {
  version: 2,
  sql: `
    CREATE TABLE facts_changes (
      id INTEGER NOT NULL PRIMARY KEY,
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      seen_at_ms INTEGER NOT NULL,
      since_ms INTEGER NOT NULL,
      path TEXT NOT NULL,
      title TEXT NOT NULL,
      before TEXT,
      after TEXT,
      important INTEGER NOT NULL CHECK (important IN (0, 1))
    ) STRICT;
    CREATE INDEX facts_changes_by_server ON facts_changes (server_id, id);
  `,
};
