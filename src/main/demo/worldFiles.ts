import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allowedTools } from './hostTools.ts';
import { personaFiles } from './personaFiles.ts';
import type { Persona } from './personas.ts';
import type { WorldFolders } from './world.ts';

/** Raised when the layout of a demo server's directory changes: older ones are made anew. */
const layoutVersion = 2;

/** How paths inside a demo server name the shared folders. */
export interface InsideNames {
  standins: string;
  tools: string;
  /** What goes before a path of this machine: empty where it is the same. */
  host: string;
}

/** Programs that a server without a world of its own gets with its paths led to its directory. They read; none of them writes. */
const mappedTools = ['cat', 'grep', 'egrep', 'awk', 'sed', 'head', 'tail', 'wc', 'cut', 'sort', 'readlink', 'ls', 'cmp', 'uname', 'hostname'];

/** Stand-ins that appear only with their package. */
export const packagedCommands: readonly string[] = ['docker', 'dockerd', 'chronyc', 'chronyd'];

const link = (target: string, path: string): void => {
  rmSync(path, { force: true });
  symlinkSync(target, path);
};

function giveTo(owner: number, path: string): void {
  lchownSync(path, owner, owner);
  const entry = lstatSync(path);
  if (entry.isDirectory()) for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}

/**
 * Makes a demo server's directories where they are not there yet, with the files of its persona; what the server changed since is
 * kept. Runs before the server's first process, never beside it: later its root is the server's own.
 */
export function createWorldFiles(options: {
  folders: WorldFolders;
  persona: Persona;
  authorizedKey: string;
  owner: number | null;
  inside: InsideNames;
  /** Whether the server gets a world of its own; otherwise programs that read are led to its directory one by one. */
  isolated: boolean;
  standinNames: readonly string[];
}): void {
  const { folders, persona, owner } = options;
  const stamp = join(folders.state, `layout-${layoutVersion}-${options.isolated ? 'world' : 'directory'}`);
  if (existsSync(stamp)) return;
  rmSync(folders.base, { recursive: true, force: true });
  for (const folder of [folders.base, folders.root, folders.run, folders.machine, folders.state, join(folders.base, 'standins')]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }

  const directories = ['usr/bin', 'usr/sbin', 'usr/local/bin', 'usr/local/sbin', 'var/tmp', 'var/log', 'var/lib', 'var/cache', 'etc', 'root', 'home', 'tmp'];
  directories.push(
    'run/systemd/system',
    'run/lock',
    'opt',
    'srv',
    'mnt',
    'media',
    'proc',
    'sys/block',
    'dev',
    '.demo/host',
    '.demo/standins',
    '.demo/run',
    '.demo/machine',
  );
  for (const directory of directories) mkdirSync(join(folders.root, directory), { recursive: true });
  for (const [path, target] of [
    ['bin', 'usr/bin'],
    ['sbin', 'usr/sbin'],
    ['var/run', '/run'],
  ] as const) {
    symlinkSync(target, join(folders.root, path));
  }
  for (const directory of ['tmp', 'var/tmp']) chmodSync(join(folders.root, directory), 0o1777);

  for (const file of personaFiles(persona, options.authorizedKey, { host: options.inside.host, sudo: options.isolated })) {
    const path = join(folders.root, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if ('link' in file) symlinkSync(file.link, path);
    else writeFileSync(path, file.text, { mode: file.mode ?? 0o644 });
  }
  for (const home of ['root', 'home/ops']) {
    if (existsSync(join(folders.root, home, '.ssh'))) chmodSync(join(folders.root, home, '.ssh'), 0o700);
  }
  chmodSync(join(folders.root, 'root'), 0o700);

  for (const name of allowedTools) link(`${options.inside.tools}/${name}`, join(folders.root, 'usr/bin', name));
  for (const name of options.standinNames) {
    if (persona.state === 'fresh' && packagedCommands.includes(name)) continue;
    if (persona.gpu === null && name.startsWith('nvidia-')) continue;
    link(`${options.inside.standins}/bin/${name}`, join(folders.root, 'usr/bin', name));
  }
  if (!options.isolated) {
    for (const name of mappedTools) link(`${options.inside.standins}/bin/map-paths`, join(folders.root, 'usr/bin', name));
    // Not the boot id: a shell that reads it by itself would see another one than `cat`, and take every job for lost.
    for (const name of ['meminfo', 'loadavg', 'uptime', 'cpuinfo', 'swaps']) symlinkSync(join(folders.machine, name), join(folders.root, 'proc', name));
  }
  if (owner !== null) {
    giveTo(owner, folders.root);
    giveTo(owner, folders.run);
    chmodSync(folders.state, 0o700);
    chownSync(folders.root, owner, owner);
  }
  writeFileSync(stamp, '');
}

/** Points the allowed tools at this machine's programs; `find` gives a program's real path or null, `prefix` goes before it. */
export function linkTools(folders: WorldFolders, find: (name: string) => string | null, prefix: string): void {
  const directory = join(folders.machine, 'tools');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  for (const name of allowedTools) {
    const path = find(name);
    if (path !== null) symlinkSync(`${prefix}${path}`, join(directory, name));
  }
}
