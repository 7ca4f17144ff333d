import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { World, WorldCommand, WorldFolders, WorldProcess } from './world.ts';

/**
 * The lesser world, for machines without user namespaces: a plain login of this machine whose home, search path and stand-ins lie in
 * the server's directory. It has no root. Detached jobs are known by the process group they were started from and are ended with the
 * server where they kept it.
 */
export function createDirectoryWorld(folders: WorldFolders, options: { hostname: string }): World {
  const children = new Set<ChildProcess>();
  let up = false;
  const inside = (path: string): string => join(folders.root, path);
  const endGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone.
    }
  };
  return {
    kind: 'directory',
    inside,
    env: {
      DEMO_NAME: options.hostname,
      DEMO_ROOT: folders.root,
      DEMO_RUN: folders.run,
      DEMO_MACHINE: folders.machine,
      DEMO_TOOLS: join(folders.machine, 'tools'),
      DEMO_STANDINS: folders.standins,
      PILOTHOUSE_ROOT: folders.root,
      TMPDIR: inside('/tmp'),
    },
    async start() {
      rmSync(inside('/tmp'), { recursive: true, force: true });
      mkdirSync(inside('/tmp'), { recursive: true, mode: 0o700 });
      up = true;
    },
    spawn(command: WorldCommand): WorldProcess {
      if (!up) throw new Error('this demo server is down');
      const [program, ...args] = command.argv;
      const child = spawn(program, args, {
        env: { ...command.env },
        cwd: command.env['HOME'] ?? folders.root,
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      });
      child.on('error', () => undefined);
      children.add(child);
      child.once('close', () => children.delete(child));
      return { child, signal: (name) => endGroup(child, `SIG${name}` as NodeJS.Signals) };
    },
    async end() {
      up = false;
      for (const child of children) endGroup(child, 'SIGKILL');
      children.clear();
    },
  };
}
