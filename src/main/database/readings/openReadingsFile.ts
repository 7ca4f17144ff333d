import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { explainDatabaseError } from '../databaseErrors.ts';
import { migrate } from '../migrate.ts';
import { readingsMigrations } from './readingsMigrations.ts';

/** Above this size a file is checked whole only where damage was met: reading gigabytes would hold up every start. */
const checkedBytes = 64 * 2 ** 20;

/** Pages written again and again between two checkpoints reach the file once. */
const checkpointBytes = 16 * 2 ** 20;

/** Room for a day of one metric of a thousand servers. */
const cacheKib = 24 * 1024;

/** Rows of one server lie together, and those of all are added to in turns: of larger pages most is written again unchanged. */
const pageBytes = 1024;

type Log = (event: string, fields: Record<string, unknown>) => void;

/** Where the readings of a data directory lie. */
export function readingsFile(directory: string): string {
  return join(directory, 'readings.db');
}

/**
 * Opens `readings.db`, made when absent. A damaged file is set aside as `readings.db.unreadable` and a new one begun: figures of the past are not
 * worth a refusal to start. Throws `database.from-future` and `local.disk-full`.
 */
export function openReadingsFile(directory: string, log: Log): Connection {
  const file = readingsFile(directory);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return open(file);
  } catch (error) {
    if (!AppError.is(error, 'database.unreadable')) throw error;
    log('database.readings-set-aside', { file, reason: error.data.reason });
    renameSync(file, `${file}.unreadable`);
    for (const suffix of ['-wal', '-shm', '.suspect']) rmSync(`${file}${suffix}`, { force: true });
    return open(file);
  }
}

/** Explains an error of a query. One that says that the file is damaged has the file checked whole when it is next opened. */
export function explainReadingsError(error: unknown, file: string): unknown {
  const explained = explainDatabaseError(error, file);
  if (AppError.is(explained, 'database.unreadable')) {
    try {
      writeFileSync(`${file}.suspect`, '', { mode: 0o600 });
    } catch {
      // A directory that takes no file is told of by whatever is written next.
    }
  }
  return explained;
}

function open(file: string): Connection {
  let connection: Connection | undefined;
  try {
    const isSuspect = existsSync(`${file}.suspect`);
    const isSmall = !existsSync(file) || statSync(file).size <= checkedBytes;
    connection = new Sqlite(file, { timeout: 5000 });
    // Both before the first table, else they have no effect.
    connection.pragma(`page_size = ${pageBytes}`);
    connection.pragma('auto_vacuum = INCREMENTAL');
    const found = isSmall || isSuspect ? connection.pragma('quick_check(1)', { simple: true }) : 'ok';
    if (found !== 'ok') throw new AppError('database.unreadable', { file, reason: String(found).slice(0, 500) });
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    connection.pragma(`cache_size = -${cacheKib}`);
    connection.pragma(`wal_autocheckpoint = ${checkpointBytes / pageBytes}`);
    migrate(connection, readingsMigrations, { file, beforeChange: () => {} });
    rmSync(`${file}.suspect`, { force: true });
    return connection;
  } catch (error) {
    connection?.close();
    throw explainDatabaseError(error, file);
  }
}
