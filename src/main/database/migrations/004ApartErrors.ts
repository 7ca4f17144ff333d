import type { Migration } from '../migrate.ts';

/** How far the standard error of a job was taken that keeps it apart. */
export const migration004: Migration = {
  version: 4,
  sql: 'ALTER TABLE operation_jobs ADD COLUMN error_offset INTEGER;',
};
