import type { Migration } from '../migrate.ts';

/** Tunnels to addresses that servers reach. */
export const migration005: Migration = {
  version: 5,
  sql: `
    CREATE TABLE tunnels (
      id TEXT NOT NULL PRIMARY KEY,
      server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      local_port INTEGER CHECK (local_port BETWEEN 1 AND 65535),
      host TEXT NOT NULL,
      port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
      scheme TEXT CHECK (scheme IN ('http', 'https')),
      wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      UNIQUE (server_id, name)
    ) STRICT;
  `,
};
