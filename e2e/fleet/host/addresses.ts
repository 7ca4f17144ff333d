import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import type { FleetNetwork } from './network.ts';
import { statePath } from './paths.ts';
import { isAlive } from './processIdentity.ts';

const folder = statePath('addresses');

async function claim(address: string, owner: string): Promise<boolean> {
  const handle = await open(`${folder}/${address}`, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  await handle?.writeFile(owner);
  await handle?.close();
  return handle !== undefined;
}

/**
 * Reserves an address for a server. Docker would hand a stopped server's address to the next one; a server has to keep
 * its own over a reboot. The reservation is a file, so that it holds between processes.
 */
export async function reserveAddress(network: FleetNetwork, owner: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (;;) {
    // At random: an address just freed has an old host key attached to it in somebody's memory.
    const block = network.serverBlocks[Math.floor(Math.random() * network.serverBlocks.length)];
    const address = `${block}.${1 + Math.floor(Math.random() * 254)}`;
    if (await claim(address, owner)) return address;
  }
}

/** Gives a reserved address back. */
export async function freeAddress(address: string): Promise<void> {
  await rm(`${folder}/${address}`, { force: true });
}

/** Gives back the addresses that ended processes reserved and no container uses. */
export async function freeAbandonedAddresses(inUse: ReadonlySet<string>): Promise<void> {
  for (const address of await readdir(folder).catch(() => [])) {
    const owner = await readFile(`${folder}/${address}`, 'utf8').catch(() => '');
    if (owner !== '' && !inUse.has(address) && !(await isAlive(owner))) await freeAddress(address);
  }
}
