import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSystemTool } from './hostTools.ts';
import type { World, WorldCommand, WorldFolders, WorldProcess } from './world.ts';

/** Login of this machine that demo servers run as when the program itself is root: it owns nothing but their directories. */
export const isolatedUid = 524_288;

/** Programs of util-linux that build and enter a world. */
export const namespaceTools = ['unshare', 'nsenter', 'mount', 'umount', 'pivot_root', 'setsid', 'script', 'hostname', 'sh'] as const;

const startLimitMs = 10_000;

/** Owner of a demo server's files, when it is not this program's own login. */
export function worldOwner(): number | null {
  return process.getuid?.() === 0 ? isolatedUid : null;
}

/** First child of a process, by the kernel's own list; null while it has none. */
function firstChild(pid: number): number | null {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : null;
  } catch {
    return null;
  }
}

/** Ends a process, and all of its world where it is the first process in it; one that is gone already is no error. */
function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * A world of its own by Linux namespaces: own processes, mounts, host name and root directory; this machine's programs are bound
 * in read-only. The shell is root in there and an unprivileged login outside. Needs no root: see
 * `docs/decisions/0002-demo-fleet-isolation.md`. It ends by itself when this program ends.
 */
export function createNamespaceWorld(folders: WorldFolders, options: { hostname: string; initName: string }): World {
  let init: { outer: ChildProcess; pid: number } | null = null;
  const owner = worldOwner();
  const tool = (name: (typeof namespaceTools)[number] | 'setpriv'): string => findSystemTool(name) ?? name;
  const script = (name: string): string => readFileSync(join(folders.standins, 'world', name), 'utf8');
  const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

  return {
    kind: 'namespaces',
    env: {},
    inside: (path) => path,

    async start() {
      if (init) throw new Error('this demo server runs already');
      const initScript = script('init.sh');
      const unshareArgs = ['--user', '--map-root-user', '--mount', '--pid', '--uts', '--ipc', '--fork', '--'];
      const outer =
        owner === null
          ? spawn(tool('unshare'), [...unshareArgs, 'sh', '-c', initScript, 'sh', folders.base, folders.standins, options.hostname, options.initName], {
              env: { PATH: systemPath },
              stdio: ['pipe', 'pipe', 'pipe'],
              detached: true,
            })
          : spawn(
              tool('unshare'),
              [
                ...['--mount', '--propagation', 'private', '--', 'sh', '-c', script('enter.sh'), 'sh'],
                ...[folders.base, String(owner), initScript, folders.standins, options.hostname, options.initName],
              ],
              { env: { PATH: systemPath }, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
            );
      outer.stdin.on('error', () => undefined);
      let output = '';
      let problems = '';
      outer.stderr.on('data', (bytes: Buffer) => {
        problems = (problems + bytes.toString('utf8')).slice(-2000);
      });
      await new Promise<void>((resolve, reject) => {
        const limit = setTimeout(() => {
          outer.kill('SIGKILL');
          reject(new Error(`the world of ${options.hostname} was not ready within ${startLimitMs} ms: ${problems}`));
        }, startLimitMs);
        const fail = (reason: string): void => {
          clearTimeout(limit);
          reject(new Error(reason));
        };
        outer.stdout.on('data', (bytes: Buffer) => {
          output += bytes.toString('utf8');
          if (!output.includes('ready\n')) return;
          clearTimeout(limit);
          resolve();
        });
        outer.on('error', (error) => fail(error.message));
        outer.on('exit', (code, signal) => fail(`unshare ended with ${code ?? signal}: ${problems.trim()}`));
      });
      const pid = outer.pid === undefined ? null : firstChild(outer.pid);
      if (pid === null) throw new Error(`the first process of ${options.hostname} cannot be found`);
      init = { outer, pid };
      outer.once('exit', () => {
        init = null;
      });
    },

    spawn(command: WorldCommand): WorldProcess {
      if (!init) throw new Error('this demo server is down');
      const child = spawn(
        tool('nsenter'),
        [
          ...['--target', String(init.pid), '--user', '--mount', '--pid', '--uts', '--ipc', '--preserve-credentials'],
          ...['--', '/.demo/machine/tools/setsid', ...command.argv],
        ],
        { env: { ...command.env }, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], detached: true, ...(owner === null ? {} : { uid: owner, gid: owner }) },
      );
      child.on('error', () => undefined);
      return {
        child,
        signal(name) {
          const inner = child.pid === undefined || child.exitCode !== null || child.signalCode !== null ? null : firstChild(child.pid);
          if (inner === null) return;
          try {
            process.kill(-inner, `SIG${name}` as NodeJS.Signals);
          } catch {
            // Not the leader of its group yet, or gone: then the process alone, if it is still there.
            signalProcess(inner, `SIG${name}` as NodeJS.Signals);
          }
        },
      };
    },

    async end() {
      const current = init;
      if (!current) return;
      const ended = once(current.outer, 'exit');
      signalProcess(current.pid, 'SIGKILL');
      await ended;
    },
  };
}
