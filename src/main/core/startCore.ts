import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireDirectoryLock } from '../database/directoryLock.ts';
import { openDatabase } from '../database/openDatabase.ts';
import { openReadings } from '../database/readings/openReadings.ts';
import { longestKeepRules } from '../database/readings/readingsTypes.ts';
import { type Keystore, keyFileKeystore, passphraseKeystore } from '../features/secrets/keystores.ts';
import { socketAddress } from '../transport/socketAddress.ts';
import { listenOnSocket } from '../transport/socketServer.ts';
import { type Core, createCore } from './createCore.ts';
import { openFileLog } from './fileLog.ts';
import { findInstalledFiles } from './installedFiles.ts';
import { version } from './version.ts';

/** A core that holds its data directory and listens on its socket. */
export type StartedCore = Core;

/** How a host starts the core. */
export interface StartOptions {
  directory: string;
  /** Keystores of the host, tried before the ones that every host has. */
  keystores?: readonly Keystore[];
  environment?: NodeJS.ProcessEnv;
  /** Servers are read in the background: for hosts that are there to watch them, not for a core that one command started. */
  background?: boolean;
}

/**
 * Small buffers are cut out of pieces of so many bytes. Each connection keeps a few of 16 bytes for as long as it is open, and each of them keeps
 * its piece: with the 64 KiB that Node takes a server would cost 100 KiB more.
 */
const bufferPieceBytes = 8 * 1024;

/**
 * Starts the one core of a data directory: takes its lock, opens log and database, and listens for other hosts. Throws `core.locked`
 * where another process holds it, and what keeps the database from opening; then nothing is left behind.
 */
export async function startCore(options: StartOptions): Promise<StartedCore> {
  Buffer.poolSize = bufferPieceBytes;
  const { directory, environment = process.env, background = false } = options;
  const opened: (() => void | Promise<void>)[] = [];
  const undo = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const lock = acquireDirectoryLock(directory);
    opened.push(() => lock.release());
    const { log, close: closeLog } = openFileLog(directory);
    opened.push(closeLog);
    const database = openDatabase({ directory, log });
    opened.push(() => database.close());
    // Figures of the fleet had a file of their own once.
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, `samples.db${suffix}`), { force: true });
    // How long is kept is a setting: until that is known nothing is deleted.
    const readings = await openReadings({ directory, log, keep: longestKeepRules });
    opened.push(() => readings.close());
    const { resources } = findInstalledFiles(import.meta.dirname);
    const keystores = keystoresOf(options, environment);
    const core = await createCore({ directory, resources, database, readings, keystores, environment, background, log });
    opened.push(() => core.close());
    const socket = await listenOnSocket(socketAddress(directory), core.rpc);
    opened.push(() => socket.close());
    log('core.started', { version, directory, node: process.versions.node });
    return { rpc: core.rpc, busy: core.busy, close: undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** The passphrase of a person who chose one comes by the environment of the host's own process, and is not handed on. */
function keystoresOf(options: StartOptions, environment: NodeJS.ProcessEnv): Keystore[] {
  const passphrase = environment['PILOTHOUSE_PASSPHRASE'];
  delete environment['PILOTHOUSE_PASSPHRASE'];
  return [...(options.keystores ?? []), ...(passphrase ? [passphraseKeystore(passphrase)] : []), keyFileKeystore(options.directory)];
}
