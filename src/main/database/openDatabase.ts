import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import type { Compilable, CompiledQuery } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import { backupDatabase } from './backupDatabase.ts';
import type { Database } from './database.ts';
import { explainDatabaseError } from './databaseErrors.ts';
import { type Migration, migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations.ts';
import { createQueryBuilder } from './queryBuilder.ts';

const slowQueryMs = 40;
const preparedStatements = 500;

/** What `openDatabase` needs. */
export interface DatabaseOptions {
  /** Data directory; made when absent. The file is `pilothouse.db` in it, backups go to `backups`. */
  directory: string;
  /** Hears of slow queries (`database.slow-query`, SQL without its values) and backups. */
  log?: (event: string, fields: Record<string, unknown>) => void;
  nowMs?: () => number;
  monotonicMs?: () => number;
  /** For tests of the migration runner. */
  migrations?: readonly Migration[];
}

/**
 * Opens the journal and state database, bringing it to the newest schema; the file is backed up before a change. Throws
 * `database.from-future`, `database.unreadable` (not a database, damaged, not permitted) or `local.disk-full`, and then leaves the
 * file as it was.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const file = join(options.directory, 'pilothouse.db');
  const { log = () => {}, nowMs = Date.now, migrations = allMigrations } = options;
  let connection: Connection | undefined;
  try {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    connection = new Sqlite(file, { timeout: 5000 });
    const opened = connection;
    verify(opened, file);
    opened.pragma('journal_mode = WAL');
    opened.pragma('synchronous = FULL');
    opened.pragma('foreign_keys = ON');
    migrate(opened, migrations, {
      file,
      beforeChange: (version) => log('database.backup', { path: backupDatabase(opened, options.directory, version, nowMs()) }),
    });
    return wrap(opened, file, log, options.monotonicMs ?? (() => performance.now()));
  } catch (error) {
    connection?.close();
    throw explainOpenError(error, file);
  }
}

/** Journal databases are small (output is kept outside), so the whole check is affordable at every start. */
function verify(connection: Connection, file: string): void {
  const found = connection.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new AppError('database.unreadable', { file, reason: String(found).slice(0, 500) });
}

function explainOpenError(error: unknown, file: string): unknown {
  const explained = explainDatabaseError(error, file);
  const isFileSystem = explained instanceof Error && 'syscall' in explained;
  return isFileSystem ? new AppError('database.unreadable', { file, reason: explained.message }, { cause: error }) : explained;
}

function wrap(connection: Connection, file: string, log: NonNullable<DatabaseOptions['log']>, monotonicMs: () => number): Database {
  const statements = new Map<string, Statement>();
  const writeAhead = new WriteAheadFile(file);

  const prepare = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= preparedStatements) statements.clear();
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };

  const guarded = <T>(sql: string, body: () => T): T => {
    const startedMs = monotonicMs();
    try {
      return body();
    } catch (error) {
      throw explainDatabaseError(error, file);
    } finally {
      const tookMs = monotonicMs() - startedMs;
      if (tookMs > slowQueryMs) log('database.slow-query', { sql, tookMs: Math.round(tookMs) });
    }
  };

  const all = <T>(query: Compilable<T>): T[] => {
    const { sql, parameters } = query.compile();
    return guarded(sql, () => prepare(sql).all(...parameters) as T[]);
  };

  const execute = ({ sql, parameters }: CompiledQuery) =>
    guarded(sql, () => {
      const statement = prepare(sql);
      return statement.reader ? { rows: statement.all(...parameters), changes: 0 } : { rows: [], changes: statement.run(...parameters).changes };
    });

  const transaction = <T>(body: () => T): T => {
    try {
      return connection.transaction(() => notAsync(body())).immediate();
    } catch (error) {
      throw explainDatabaseError(error, file);
    }
  };

  return {
    file,
    query: createQueryBuilder(execute),
    all,
    first: <T>(query: Compilable<T>): T | undefined => {
      const { sql, parameters } = query.compile();
      return guarded(sql, () => prepare(sql).get(...parameters) as T | undefined);
    },
    run: (query) => execute(query.compile()).changes,
    transaction,
    transactionToSync: (body) => {
      if (connection.inTransaction) throw new Error('a transaction that is synchronised later stands alone');
      connection.pragma('synchronous = NORMAL');
      try {
        return transaction(body);
      } finally {
        connection.pragma('synchronous = FULL');
      }
    },
    sync: () => writeAhead.sync(),
    syncNow: () => writeAhead.syncNow(),
    close: () => {
      // Before SQLite removes it.
      writeAhead.close();
      connection.close();
    },
  };
}

/**
 * The write-ahead log beside a database. With `synchronous = NORMAL` SQLite leaves it to the operating system when a commit reaches the disk
 * (https://www.sqlite.org/pragma.html#pragma_synchronous); to synchronise this file is what `FULL` adds. Here it can be done by a thread
 * of Node's, so that a busy disk does not stop the event loop.
 */
class WriteAheadFile {
  readonly #database: string;
  #descriptor: number | null = null;

  constructor(database: string) {
    this.#database = database;
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#open(), (error) => {
        if (error === null) resolve();
        else reject(explainDatabaseError(error, this.#database));
      });
    });
  }

  syncNow(): void {
    try {
      fdatasyncSync(this.#open());
    } catch (error) {
      throw explainDatabaseError(error, this.#database);
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #open(): number {
    this.#descriptor ??= openSync(`${this.#database}-wal`, 'r+');
    return this.#descriptor;
  }
}

function notAsync<T>(value: T): T {
  if (value instanceof Promise) throw new Error('a transaction must not be async');
  return value;
}
