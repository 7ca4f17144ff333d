import type { Database as Connection } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** One step of the schema. Numbered without gaps; never changed once it was released. */
export interface Migration {
  version: number;
  sql: string;
}

/** Reads the schema version that a database file is at. 0: empty. */
export function schemaVersion(connection: Connection): number {
  return Number(connection.pragma('user_version', { simple: true }));
}

/**
 * Brings a database to the newest schema, each migration in a transaction of its own together with its version number, so that
 * a crash leaves a whole version. `beforeChange` is called once, with the version found, when a database that holds data is about
 * to change. A version newer than the last migration is refused with `database.from-future`.
 */
export function migrate(connection: Connection, migrations: readonly Migration[], options: { file: string; beforeChange: (version: number) => void }): void {
  const found = schemaVersion(connection);
  const supported = migrations.at(-1)?.version ?? 0;
  if (found > supported) throw new AppError('database.from-future', { file: options.file, found, supported });
  const due = migrations.filter((migration) => migration.version > found);
  if (due.length === 0) return;
  if (found > 0) options.beforeChange(found);
  for (const migration of due) {
    connection
      .transaction(() => {
        connection.exec(migration.sql);
        connection.pragma(`user_version = ${migration.version}`);
      })
      .exclusive();
  }
}
