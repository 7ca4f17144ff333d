import type { Migration } from '../migrate.ts';

/** Operations that are a part of another one. */
export const migration008: Migration = {
  version: 8,
  sql: `
    ALTER TABLE operations ADD COLUMN parent_id TEXT REFERENCES operations (id) ON DELETE CASCADE;
    CREATE INDEX operations_by_parent ON operations (parent_id) WHERE parent_id IS NOT NULL;
  `,
};
