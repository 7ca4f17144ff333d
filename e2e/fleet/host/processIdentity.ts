import { readFile } from 'node:fs/promises';

async function startTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Names this process so that a later process with a recycled pid is not taken for it: `pid:start time`. */
export async function ownProcess(): Promise<string> {
  return `${process.pid}:${await startTicks(process.pid)}`;
}

/** Whether the process of a name made by `ownProcess` still runs on this machine. */
export async function isAlive(name: string): Promise<boolean> {
  const [pid, ticks] = name.split(':');
  return ticks !== undefined && (await startTicks(Number(pid))) === ticks;
}
