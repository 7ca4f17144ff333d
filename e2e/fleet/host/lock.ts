import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, ownProcess } from './processIdentity.ts';

async function holderIsGone(file: string): Promise<boolean> {
  const holder = await readFile(file, 'utf8').catch(() => undefined);
  // An empty file belongs to a holder between creating it and writing its name.
  return holder !== undefined && holder !== '' && !(await isAlive(holder));
}

/**
 * Runs `work` while this process alone holds the lock file; waits for a living holder, takes over from a dead one.
 * Test workers are separate processes that all bring the fleet up.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (handle) {
      await handle.writeFile(await ownProcess());
      await handle.close();
      break;
    }
    if (await holderIsGone(file)) await rm(file, { force: true });
    else await delay(50);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
