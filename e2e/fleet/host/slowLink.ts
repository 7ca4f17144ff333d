import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './command.ts';
import { withLock } from './lock.ts';
import { fleetSourceDir, statePath } from './paths.ts';

/** How a line is slow: delay of a round trip, how far it varies, and how much of what is sent to the server is lost. */
export interface LinkQuality {
  roundTripMs: number;
  jitterMs?: number;
  lossPercent?: number;
}

const queueNumber = '42';
const library = '/usr/include/libnetfilter_queue/libnetfilter_queue.h';

/** Netfilter rule that hands a server's arriving packets to the program; they pass when it is gone. */
export const slowLinkRule = ['PREROUTING', '!', '-i', 'lo', '-j', 'NFQUEUE', '--queue-num', queueNumber, '--queue-bypass'];

// Installed and compiled on first use: most runs never slow a line.
async function ensureProgram(): Promise<string> {
  const source = join(fleetSourceDir, 'slowLink', 'slowLink.c');
  const hash = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const program = statePath(`slowLink-${hash}`);
  await withLock(statePath('slowLink.lock'), async () => {
    if (existsSync(program)) return;
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    if (!existsSync(library)) await mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'libnetfilter-queue-dev'], { env });
    const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];
    await mustRun('gcc', [...flags, '-o', program, source, '-lnetfilter_queue', '-lnfnetlink']);
  });
  return program;
}

/**
 * Starts the program that slows what arrives in the network namespace of a process; resolves when it is ready to take
 * packets. The caller adds and removes `slowLinkRule` and ends the child; it also ends with this process.
 */
export async function startSlowLink(pid: string, quality: LinkQuality): Promise<ChildProcess> {
  const numbers = [quality.roundTripMs, quality.jitterMs ?? 0, quality.lossPercent ?? 0].map(String);
  const args = ['-t', pid, '-n', await ensureProgram(), queueNumber, ...numbers];
  const child = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the slow link ended with ${code}`)));
  });
  // A child with open pipes would keep the test process alive.
  child.stdout.destroy();
  child.unref();
  return child;
}
