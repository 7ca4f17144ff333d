import Sqlite from 'better-sqlite3';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

/** A database in memory as a directory of a version has it, this one's where none is said; `to` migrates it to a later one. */
export function databaseAt(version = Number.POSITIVE_INFINITY): { connection: Sqlite.Database; to(version: number): void } {
  const connection = new Sqlite(':memory:');
  connection.pragma('foreign_keys = ON');
  const to = (last: number) =>
    migrate(
      connection,
      migrations.filter((migration) => migration.version <= last),
      { file: ':memory:', beforeChange: () => {} },
    );
  to(version);
  return { connection, to };
}
