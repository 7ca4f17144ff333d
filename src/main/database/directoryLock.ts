import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { isSqliteError } from './databaseErrors.ts';

/** Connections that hold a lock: one that nobody refers to is closed when memory is tidied up, and its lock is gone. */
const holding = new Set<Connection>();

/** The right to be the one core of a data directory. */
export interface DirectoryLock {
  readonly directory: string;
  release(): void;
}

/**
 * Takes the data directory for this process. The lock is SQLite's exclusive lock on the otherwise empty `core.lock`, which the
 * system releases when the process ends in whatever way; `core.pid` beside it says whose it is. Where another process holds it:
 * `core.locked` with that process's id, or null where it has not been written yet.
 */
export function acquireDirectoryLock(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const pidFile = join(directory, 'core.pid');
  const connection = new Sqlite(join(directory, 'core.lock'), { timeout: 0 });
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (isSqliteError(error, 'SQLITE_BUSY')) throw new AppError('core.locked', { pid: readPid(pidFile), directory }, { cause: error });
    throw error;
  }
  holding.add(connection);
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return { directory, release: () => release(connection, pidFile) };
}

/** The pid file goes first: once the lock is free it may already be another core's. */
function release(connection: Connection, pidFile: string): void {
  if (!connection.open) return;
  rmSync(pidFile, { force: true });
  connection.close();
  holding.delete(connection);
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
