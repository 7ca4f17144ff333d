import type { Migration } from '../migrate.ts';

/** When alerts are told again and to whom next, and alerts of hours without a watcher that wait to be told together. */
export const migration017: Migration = {
  version: 17,
  sql: `
    CREATE TABLE alert_times (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      times TEXT NOT NULL,
      who TEXT NOT NULL,
      changed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE alert_digest (
      alert_id TEXT PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
  `,
};
