import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { type CoreConnection, connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';

/** How long a core may take to open its database and listen. Migrations of a large journal take the longest. */
const startTimeoutMs = 20_000;
/** A background core ends itself when nobody was connected and nothing ran for this long. */
const idleExitS = 60;

/**
 * Connects to the core of a data directory, starting one in the background when none runs. Of several commands that start one at
 * once, the lock lets one win, and the others find it. Fails with `core.unavailable` and what the core said last.
 */
export async function connectOrStart(directory: string, entry: readonly string[], environment: NodeJS.ProcessEnv): Promise<CoreConnection> {
  const address = socketAddress(directory);
  const running = await connectToCore(address).catch(absent);
  if (running !== null) return running;
  const ended = startCore(directory, entry, environment);
  let exit: number | null = null;
  void ended.then((code) => {
    exit = code;
  });
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const connection = await connectToCore(address).catch(absent);
    if (connection !== null) return connection;
    // Another command's core may hold the directory: ours then ends with the code for it, and theirs is waited for.
    if (exit !== null && exit !== lockedExit) break;
    await delay(25);
  }
  const reason = exit === null ? `it did not listen within ${startTimeoutMs / 1000} s` : `it ended with code ${exit}`;
  throw new AppError('core.unavailable', { reason: `${reason}; see ${join(directory, 'logs')}` });
}

/** Exit code of a background core that found the directory held by another. */
export const lockedExit = 75;

function absent(error: unknown): null {
  if (AppError.is(error, 'core.unavailable')) return null;
  throw error;
}

function startCore(directory: string, entry: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  mkdirSync(join(directory, 'logs'), { recursive: true, mode: 0o700 });
  const errors = openSync(join(directory, 'logs', 'core.stderr.log'), 'a', 0o600);
  const child = spawn(process.execPath, [...entry, '--data', directory, 'core', '--idle-exit', String(idleExitS)], {
    detached: true,
    stdio: ['ignore', errors, errors],
    env: environment,
  });
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
