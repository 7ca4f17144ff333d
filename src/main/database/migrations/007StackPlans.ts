import type { Migration } from '../migrate.ts';

/** Plans of deploys, and the values of parameters that deploys use where none are given. */
export const migration007: Migration = {
  version: 7,
  sql: `
    CREATE TABLE stack_plans (
      id TEXT NOT NULL PRIMARY KEY,
      stack_id TEXT NOT NULL,
      request TEXT NOT NULL CHECK (json_valid(request)),
      marks TEXT NOT NULL CHECK (json_valid(marks)),
      plan TEXT NOT NULL CHECK (json_valid(plan)),
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX stack_plans_by_age ON stack_plans (created_at_ms);
    CREATE TABLE stack_values (
      stack_id TEXT NOT NULL,
      environment TEXT NOT NULL DEFAULT '',
      server_id TEXT REFERENCES servers (id) ON DELETE CASCADE,
      value_set TEXT NOT NULL CHECK (json_valid(value_set)),
      who TEXT NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      CHECK ((environment = '') <> (server_id IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX stack_values_by_scope ON stack_values (stack_id, environment, ifnull(server_id, ''));
  `,
};
