import type { Migration } from '../migrate.ts';

/** What a person chose on the way of a new server. */
export const migration009: Migration = {
  version: 9,
  sql: `
    CREATE TABLE guide_choices (
      server_id TEXT NOT NULL PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
      choices TEXT NOT NULL CHECK (json_valid(choices)),
      updated_at_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
