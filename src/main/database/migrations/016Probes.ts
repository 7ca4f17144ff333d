import type { Migration } from '../migrate.ts';

/** Probes, what they found last, and what those of models used in each hour. */
export const migration016: Migration = {
  version: 16,
  sql: `
    CREATE TABLE probes (
      id TEXT PRIMARY KEY,
      origin TEXT NOT NULL CHECK (origin IN ('own', 'shipped')),
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      fields TEXT NOT NULL,
      stack TEXT,
      release TEXT,
      edited INTEGER NOT NULL DEFAULT 0,
      removed INTEGER NOT NULL DEFAULT 0,
      last TEXT,
      since_ms INTEGER,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX probes_of_server ON probes (server_id);
    CREATE TABLE probe_spend (
      probe_id TEXT NOT NULL REFERENCES probes (id) ON DELETE CASCADE,
      hour INTEGER NOT NULL,
      calls INTEGER NOT NULL,
      tokens INTEGER NOT NULL,
      PRIMARY KEY (probe_id, hour)
    ) STRICT, WITHOUT ROWID;
  `,
};
