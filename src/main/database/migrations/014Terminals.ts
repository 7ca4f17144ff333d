import type { Migration } from '../migrate.ts';

/** Shells held on servers, recordings of terminals, and how the person arranged the panes. */
export const migration014: Migration = {
  version: 14,
  sql: `
    CREATE TABLE terminals (
      id TEXT PRIMARY KEY,
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      preset TEXT NOT NULL,
      of TEXT,
      holder TEXT NOT NULL,
      cols INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      opened_at_ms INTEGER NOT NULL,
      ending INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE recordings (
      id TEXT PRIMARY KEY,
      server_name TEXT NOT NULL,
      title TEXT NOT NULL,
      started_at_ms INTEGER NOT NULL,
      duration_ms INTEGER,
      bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE terminal_layout (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      layout TEXT NOT NULL
    ) STRICT;
  `,
};
