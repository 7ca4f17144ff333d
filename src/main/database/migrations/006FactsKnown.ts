import type { Migration } from '../migrate.ts';

/** What was known of servers last, also where the last reading of their facts could not find it out. */
export const migration006: Migration = {
  version: 6,
  sql: `
    CREATE TABLE facts_known (
      server_id TEXT NOT NULL PRIMARY KEY REFERENCES servers (id) ON DELETE CASCADE,
      facts TEXT NOT NULL CHECK (json_valid(facts))
    ) STRICT;
  `,
};
