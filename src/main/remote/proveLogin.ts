import { AppError } from '../../shared/errors.ts';
import { execScript } from './exec.ts';
import type { RemoteServer, RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';

/** Proves a login over a link that nothing else uses: who it is, how long a round trip takes, and whether root can be had. */
export async function proveLogin(link: ServerLink, target: RemoteTarget): ReturnType<RemoteServer['proveLogin']> {
  const timeoutMs = 30_000;
  const { stdout, exitCode, stderr, signal } = await execScript(link, target, { script: 'id -un && id -u', timeoutMs });
  const [user, uid] = stdout.split('\n');
  if (exitCode !== 0 || user === undefined || uid === undefined) {
    throw new AppError('remote.command-failed', { server: target.name, what: 'ask who the login is', exitCode, signal, output: stderr.slice(-2000) });
  }
  const startedAt = performance.now();
  await execScript(link, target, { script: ':', timeoutMs });
  const roundTripMs = performance.now() - startedAt;
  const root = uid === '0' || (await becomesRoot(link, target, timeoutMs));
  return { user, roundTripMs, root };
}

async function becomesRoot(link: ServerLink, target: RemoteTarget, timeoutMs: number): Promise<boolean> {
  if (target.sudo === 'none') return false;
  try {
    const { stdout } = await execScript(link, target, { script: 'id -u', sudo: true, timeoutMs });
    return stdout.trim() === '0';
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('sudo.')) return false;
    throw error;
  }
}
