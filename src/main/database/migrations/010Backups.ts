import type { Migration } from '../migrate.ts';

/**
 * What is known of backups. Sets are kept by the name of their server and without a reference to the inventory: they are wanted most when
 * the server is gone.
 */
export const migration010: Migration = {
  version: 10,
  sql: `
    CREATE TABLE backup_sets (
      server_name TEXT NOT NULL,
      stack_id TEXT NOT NULL,
      id TEXT NOT NULL,
      record TEXT NOT NULL CHECK (json_valid(record)),
      PRIMARY KEY (server_name, stack_id, id)
    ) STRICT;
    CREATE TABLE backup_policies (
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      stack_id TEXT NOT NULL,
      policy TEXT NOT NULL CHECK (json_valid(policy)),
      updated_at_ms INTEGER NOT NULL,
      PRIMARY KEY (server_id, stack_id)
    ) STRICT;
  `,
};
