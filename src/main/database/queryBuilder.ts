import { type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Schema } from './schema.ts';

/** Runs one compiled statement. */
export type ExecuteStatement = (query: CompiledQuery) => { rows: unknown[]; changes: number };

/**
 * A kysely instance whose own `execute()` goes through `execute`, one statement at a time. Its asynchronous transactions are
 * refused: other callers' statements would fall between their parts, as all share one connection.
 */
export function createQueryBuilder(execute: ExecuteStatement): Kysely<Schema> {
  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery) {
      const { rows, changes } = execute(query);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    streamQuery() {
      throw new Error('reading a query as a stream is not supported');
    },
  };
  const refuse = async (): Promise<void> => {
    throw new Error('use Database.transaction, which is synchronous');
  };
  const driver: Driver = {
    async init() {},
    async acquireConnection() {
      return connection;
    },
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    async releaseConnection() {},
    async destroy() {},
  };
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Schema>({ dialect });
}
