import Sqlite from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** Whether `error` comes from SQLite with this primary code or one of its extended ones. */
export function isSqliteError(error: unknown, code: `SQLITE_${string}`): boolean {
  return error instanceof Sqlite.SqliteError && (error.code === code || error.code.startsWith(`${code}_`));
}

/**
 * Gives an error of SQLite or of the file system its code: `local.disk-full`, or `database.unreadable` where the file itself is
 * at fault. Anything else is returned as it is.
 */
export function explainDatabaseError(error: unknown, file: string): unknown {
  if (isSqliteError(error, 'SQLITE_FULL') || isDiskFull(error)) return new AppError('local.disk-full', { path: file }, { cause: error });
  const unreadable = ['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_READONLY', 'SQLITE_IOERR'] as const;
  if (unreadable.some((code) => isSqliteError(error, code))) {
    return new AppError('database.unreadable', { file, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  return error;
}

/** Whether the file system refused a write for want of room (or of quota). */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Whether a write was refused because its key or a unique value is taken. */
export function isUniqueBreach(error: unknown): boolean {
  return isSqliteError(error, 'SQLITE_CONSTRAINT_UNIQUE') || isSqliteError(error, 'SQLITE_CONSTRAINT_PRIMARYKEY');
}
