import { readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { mustRun, run } from './command.ts';
import { statePath } from './paths.ts';

/**
 * Network namespace of the fleet's daemon and its bridge. Servers that come and go change the interfaces of no other program: a browser
 * breaks off what it is loading whenever those of its machine change.
 */
export const namespaceFile = statePath('network.namespace');

/** Arguments of nsenter(1) that run a command in the fleet's network namespace. */
export function insideNamespace(...command: string[]): string[] {
  return [`--net=${namespaceFile}`, ...command];
}

async function isMounted(): Promise<boolean> {
  return (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').some((line) => line.split(' ')[4] === namespaceFile);
}

/** Makes the namespace where there is none; it stays until `removeNamespace` or the next start of the machine. */
export async function ensureNamespace(): Promise<void> {
  if (await isMounted()) return;
  await writeFile(namespaceFile, '');
  await mustRun('unshare', [`--net=${namespaceFile}`, 'ip', 'link', 'set', 'lo', 'up']);
}

/** Whether a process lives in the fleet's network namespace. */
export async function livesInside(pid: number): Promise<boolean> {
  if (!(await isMounted())) return false;
  return (await readlink(`/proc/${pid}/ns/net`)) === `net:[${(await stat(namespaceFile)).ino}]`;
}

/** Takes the namespace away with everything in it; does nothing where there is none. */
export async function removeNamespace(): Promise<void> {
  if (await isMounted()) await run('umount', [namespaceFile]);
  await rm(namespaceFile, { force: true });
}
