import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

/** Records an event of the core. Field names that could hold a secret are redacted whatever the caller passes. */
export type Log = (event: string, fields: Record<string, unknown>) => void;

const rotateAtBytes = 8 * 1024 * 1024;
const secretFields = ['password', 'passphrase', 'sudoPassword', 'secret', 'secrets', 'token', 'credentials', 'value', 'privateKey'];

/**
 * Writes JSON lines to `logs/core.log` of the data directory (0600, appended; one older file is kept). Returns the log and the way
 * to flush and close it.
 */
export function openFileLog(directory: string): { log: Log; path: string; close(): void } {
  const folder = join(directory, 'logs');
  const path = join(folder, 'core.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(path, `${path}.1`);
  const destination = pino.destination({ dest: path, sync: true, mode: 0o600 });
  const redact = { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' };
  const logger = pino({ base: { pid: process.pid }, redact, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  let isClosed = false;
  return {
    // A connection that was being made when the core ended may say so afterwards.
    log: (event, fields) => void (isClosed || logger.info({ ...fields, event })),
    path,
    close: () => {
      isClosed = true;
      destination.flushSync();
      destination.end();
    },
  };
}
