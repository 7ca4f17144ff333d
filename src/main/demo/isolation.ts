import { execFile } from 'node:child_process';
import { findHostTool, findSystemTool } from './hostTools.ts';
import { isolatedUid, namespaceTools, worldOwner } from './namespaceWorld.ts';

/** How demo servers are kept apart from this machine. `none`: they cannot run here. `reason` is a sentence for people. */
export type Isolation = { kind: 'namespaces' | 'directory' | 'none'; reason: string };

const probeLimitMs = 5000;

const probeScript = 'mount -t proc proc /proc && mount -t tmpfs tmpfs /mnt && mount -t devpts -o newinstance devpts /dev/pts && hostname demo-probe';

/** What stands in the way of a world by namespaces; null: nothing does, which was tried. */
function namespaceObstacle(): Promise<string | null> {
  const missing = [...namespaceTools, ...(worldOwner() === null ? [] : ['setpriv'])].filter((name) => findSystemTool(name) === null);
  if (missing.length > 0) return Promise.resolve(`${missing.join(', ')} not found`);
  const [program, args] =
    worldOwner() === null
      ? ['unshare', [] as string[]]
      : ['setpriv', ['--reuid', String(isolatedUid), '--regid', String(isolatedUid), '--clear-groups', findSystemTool('unshare') ?? 'unshare']];
  return new Promise((resolve) => {
    execFile(
      findSystemTool(program) ?? program,
      [...args, '--user', '--map-root-user', '--mount', '--pid', '--uts', '--ipc', '--fork', '--', 'sh', '-c', probeScript],
      { timeout: probeLimitMs, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
      (error, _stdout, stderr) => resolve(error ? stderr.trim().split('\n').at(-1) || error.message : null),
    );
  });
}

/** Finds out, by trying, how demo servers can be kept apart on this machine. */
export async function findIsolation(): Promise<Isolation> {
  if (process.platform === 'win32') return { kind: 'none', reason: 'The demo fleet needs a POSIX shell; it runs on Linux and macOS.' };
  if (process.platform === 'linux') {
    const obstacle = await namespaceObstacle();
    if (obstacle === null) return { kind: 'namespaces', reason: 'Every demo server is a world of its own: nothing in it reaches this computer.' };
    if (worldOwner() !== null) {
      return {
        kind: 'none',
        reason: `User namespaces do not work here (${obstacle}), and without them the demo fleet does not run as root. Start it as an ordinary user.`,
      };
    }
    return directory(`User namespaces do not work here (${obstacle}).`);
  }
  if (worldOwner() !== null) return { kind: 'none', reason: 'The demo fleet does not run as root here. Start it as an ordinary user.' };
  return directory('This system has no namespaces.');
}

function directory(because: string): Isolation {
  if (findHostTool('script') === null) return { kind: 'none', reason: `${because} And script(1), which gives terminals, was not found.` };
  return {
    kind: 'directory',
    reason: `${because} Demo servers run as you in a directory of their own, without root: steps that need sudo are refused, and so are scripts that name files elsewhere.`,
  };
}
