import type { Compilable, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * The journal and state database. Everything is synchronous: a statement takes microseconds, and nothing can fall between the
 * statements of a transaction. Queries are built with kysely and run here:
 *
 *     const row = database.first(database.query.selectFrom('settings').selectAll().where('key', '=', key));
 *
 * Every call may throw `local.disk-full` or `database.unreadable`; the transaction it belongs to is then rolled back.
 */
export interface Database {
  /** Path of the database file. */
  readonly file: string;
  /** Builds typed SQL. */
  readonly query: Kysely<Schema>;
  all<T>(query: Compilable<T>): T[];
  first<T>(query: Compilable<T>): T | undefined;
  /** Runs a statement and returns how many rows it changed. */
  run(query: Compilable<unknown>): number;
  /** Runs `body` in one transaction, durable when this returns; a nested call is a savepoint. `body` must not be async. */
  transaction<T>(body: () => T): T;
  /** Runs `body` in one transaction that is only durable once a later `sync` or `syncNow` is done. Never within another. */
  transactionToSync<T>(body: () => T): T;
  /** Resolves when all that was committed before the call is on disk; the event loop goes on meanwhile. */
  sync(): Promise<void>;
  /** The same, while everything waits. */
  syncNow(): void;
  close(): void;
}
