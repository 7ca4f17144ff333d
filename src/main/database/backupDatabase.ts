import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';

/**
 * Writes a whole copy of the database to `backups/pilothouse-v<version>-<UTC time>.db` and returns its path. The copy appears
 * under its name only once it is on disk; backups are never removed by the program.
 */
export function backupDatabase(connection: Connection, directory: string, version: number, nowMs: number): string {
  const folder = join(directory, 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  const path = join(folder, `pilothouse-v${version}-${time}.db`);
  const unfinished = `${path}.tmp`;
  rmSync(unfinished, { force: true });
  connection.prepare('VACUUM INTO ?').run(unfinished);
  syncFile(unfinished);
  renameSync(unfinished, path);
  return path;
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
