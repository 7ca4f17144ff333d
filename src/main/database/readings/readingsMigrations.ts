import type { Migration } from '../migrate.ts';

/**
 * Every migration of `readings.db`, oldest first. `moments` has a row for what was measured of a server at once, its values as 32-bit floats in the
 * order of its layout, NaN where one is absent; `hours` has such rows packed, one block for a server's hour, in a table with row numbers, whose pages long values fill better. `rollups` has for each series a row of
 * several steps: ten minutes in steps of one (level 1), four hours in steps of ten (level 2). `held` says which series a server has.
 */
export const readingsMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE servers (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE series (
        number INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        metric TEXT NOT NULL,
        UNIQUE (metric, subject)
      ) STRICT;
      CREATE TABLE layouts (number INTEGER PRIMARY KEY, series BLOB NOT NULL UNIQUE, used_day INTEGER NOT NULL) STRICT;
      CREATE TABLE held (
        server INTEGER NOT NULL,
        series INTEGER NOT NULL,
        used_day INTEGER NOT NULL,
        PRIMARY KEY (server, series)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE moments (
        server INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        figures BLOB NOT NULL,
        PRIMARY KEY (server, at_ms)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE hours (
        number INTEGER PRIMARY KEY,
        server INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        moments INTEGER NOT NULL,
        block BLOB NOT NULL,
        UNIQUE (server, hour)
      ) STRICT;
      CREATE TABLE rollups (
        level INTEGER NOT NULL,
        server INTEGER NOT NULL,
        span INTEGER NOT NULL,
        series INTEGER NOT NULL,
        figures BLOB NOT NULL,
        PRIMARY KEY (level, server, span, series)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE bounds (name TEXT PRIMARY KEY, from_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
];
