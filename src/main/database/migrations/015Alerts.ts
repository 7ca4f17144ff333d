import type { Migration } from '../migrate.ts';

/** Alerts with what happened to them and who was told, silences, rules of one's own, channels, and what the evaluator remembers. */
export const migration015: Migration = {
  version: 15,
  sql: `
    CREATE TABLE alert_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      state TEXT NOT NULL,
      saved_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      record TEXT NOT NULL,
      raised_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER
    ) STRICT;
    CREATE INDEX alerts_by_raise ON alerts (raised_at_ms);
    CREATE INDEX alerts_open ON alerts (id) WHERE ended_at_ms IS NULL;
    CREATE TABLE alert_events (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
      at_ms INTEGER NOT NULL,
      event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX alert_events_by_alert ON alert_events (alert_id, seq);
    CREATE TABLE alert_silences (
      id TEXT PRIMARY KEY,
      silence TEXT NOT NULL,
      until_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE alert_rules (
      id TEXT PRIMARY KEY,
      text TEXT,
      enabled INTEGER NOT NULL,
      who TEXT NOT NULL,
      changed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE alert_channels (
      id TEXT PRIMARY KEY,
      fields TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX alert_channels_by_name ON alert_channels (fields ->> '$.name');
    CREATE TABLE alert_deliveries (
      seq INTEGER PRIMARY KEY,
      channel_id TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
      delivery TEXT NOT NULL,
      attempts TEXT NOT NULL,
      begun_at_ms INTEGER,
      ended_at_ms INTEGER,
      UNIQUE (channel_id, idempotency_key)
    ) STRICT;
    CREATE INDEX alert_deliveries_waiting ON alert_deliveries (seq) WHERE ended_at_ms IS NULL;
    CREATE INDEX alert_deliveries_by_alert ON alert_deliveries (alert_id, seq);
    CREATE TABLE alert_heartbeat (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      heartbeat TEXT NOT NULL
    ) STRICT;
  `,
};
