import type { Migration } from '../migrate.ts';

/** Keys of people, the ledger of changes with what of it is on which server, and incidents. */
export const migration013: Migration = {
  version: 13,
  sql: `
    CREATE TABLE people (
      fingerprint TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      public_key TEXT NOT NULL,
      self INTEGER NOT NULL,
      added_at_ms INTEGER NOT NULL,
      revoked_at_ms INTEGER
    ) STRICT;
    CREATE TABLE activity_records (
      seq INTEGER PRIMARY KEY,
      line TEXT NOT NULL,
      hash TEXT NOT NULL,
      dedupe TEXT UNIQUE,
      at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE activity_deliveries (
      seq INTEGER NOT NULL REFERENCES activity_records (seq),
      server_id TEXT NOT NULL,
      server_name TEXT NOT NULL,
      delivered_at_ms INTEGER,
      PRIMARY KEY (seq, server_id)
    ) STRICT;
    CREATE INDEX activity_deliveries_pending ON activity_deliveries (server_id, seq) WHERE delivered_at_ms IS NULL;
    CREATE TABLE activity_copies (
      server_id TEXT PRIMARY KEY,
      chain TEXT NOT NULL,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      seen_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE incidents (
      number INTEGER PRIMARY KEY,
      fields TEXT NOT NULL,
      opened_at_ms INTEGER NOT NULL,
      closed_at_ms INTEGER
    ) STRICT;
    CREATE TABLE incident_events (
      id INTEGER PRIMARY KEY,
      incident INTEGER NOT NULL REFERENCES incidents (number) ON DELETE CASCADE,
      at_ms INTEGER NOT NULL,
      who TEXT NOT NULL,
      event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX incident_events_by_incident ON incident_events (incident, id);
    CREATE TABLE incident_plan (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      plan TEXT NOT NULL,
      who TEXT NOT NULL,
      saved_at_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
