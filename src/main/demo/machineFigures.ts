import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cpuinfo, type HostFigures, loadavg, meminfo } from './liveFigures.ts';
import type { Persona } from './personas.ts';
import type { WorldFolders } from './world.ts';

/** The figures that a demo server's kernel would give: files that stand over /proc. */
export interface MachineFigures {
  bootId(): string;
  /** Writes load, memory and uptime as they are now. */
  refresh(): void;
}

const swapsHeader = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

/** KiB of active swap by the server's own /proc/swaps, which its `swapon` keeps. */
const swapKib = (path: string): number =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .reduce((sum, line) => sum + (Number(line.split(/\s+/)[2]) || 0), 0);

/** Rewrites a file in place: it is mounted over /proc, so its inode has to stay. */
function rewrite(path: string, text: string): void {
  const file = openSync(path, 'r+');
  try {
    const bytes = Buffer.from(text);
    writeSync(file, bytes, 0, bytes.length, 0);
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

/**
 * Lays out the figures of a server that boots now: a new boot id, uptime from `uptimeS` on. `shell` is what plays process 1;
 * `figures` gives load and memory. The server owns nothing here but `swaps`.
 */
export function bootMachine(options: {
  folders: WorldFolders;
  persona: Persona;
  owner: number | null;
  shell: string;
  initName: string;
  uptimeS: number;
  figures: () => HostFigures;
}): MachineFigures {
  const { folders, persona, owner } = options;
  const path = (name: string): string => join(folders.machine, name);
  const startedAt = performance.now() - options.uptimeS * 1000;
  const bootId = randomUUID();
  writeFileSync(path('boot_id'), `${bootId}\n`);
  writeFileSync(path('cpuinfo'), cpuinfo(persona));
  for (const name of ['meminfo', 'loadavg', 'uptime']) writeFileSync(path(name), '');
  if (!existsSync(path('swaps'))) {
    writeFileSync(
      path('swaps'),
      `${swapsHeader}${persona.state === 'provisioned' ? '/swapfile                               file\t\t8388604\t\t0\t\t-2\n' : ''}`,
    );
  }
  if (owner !== null) chownSync(path('swaps'), owner, owner);
  for (const name of ['boot_id', 'cpuinfo', 'meminfo', 'loadavg', 'uptime', 'swaps']) chmodSync(path(name), 0o644);
  rmSync(path(options.initName), { force: true });
  symlinkSync(options.shell, path(options.initName));
  const refresh = (): void => {
    const figures = options.figures();
    rewrite(path('meminfo'), meminfo(persona, figures, swapKib(path('swaps'))));
    rewrite(path('loadavg'), loadavg(figures));
    const uptime = (performance.now() - startedAt) / 1000;
    rewrite(path('uptime'), `${uptime.toFixed(2)} ${(uptime * persona.cpu.cores * 0.8).toFixed(2)}\n`);
  };
  refresh();
  return { bootId: () => bootId, refresh };
}

/** Name that process 1 runs under: `systemd`, unless the machine's shell is one that goes by the name it is called. */
export function initNameFor(shell: string): string {
  return /busybox|toybox/.test(basename(shell)) ? 'sh' : 'systemd';
}
