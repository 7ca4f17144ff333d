import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World, WorldCommand, WorldFolders, WorldProcess } from './world.ts';

/** Processes of this login that carry a server's directory in their environment, by /proc or, where there is none, by ps. */
async function processesOf(root: string): Promise<number[]> {
  const mark = `DEMO_ROOT=${root}`;
  if (existsSync('/proc/self/environ')) {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark) ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
  }
  const { stdout } = await promisify(execFile)('ps', ['-axwwE', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => (line.includes(` ${mark} `) ? Number.parseInt(line, 10) : []));
}

/** Ends a process; one that ended meanwhile is no error. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** How long processes that were ended may take to be gone. */
const endLimitMs = 2000;

/**
 * The lesser world, for machines without user namespaces: a plain login of this machine whose home, search path and stand-ins lie in
 * the server's directory. It has no root. Detached jobs are known by the server's directory in their environment.
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
      const deadline = performance.now() + endLimitMs;
      for (let left = await processesOf(folders.root); left.length > 0 && performance.now() < deadline; left = await processesOf(folders.root)) {
        for (const pid of left) endProcess(pid);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
