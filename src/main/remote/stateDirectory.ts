import { AppError } from '../../shared/errors.ts';
import { execScript } from './exec.ts';
import type { RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';
import { makeStateScript } from './stateScript.ts';

/**
 * See `RemoteServer.stateDirectory`. A server whose record says that root can be had is asked as root, and a failure of that is thrown:
 * falling back to the login's own directory would leave two.
 */
export async function findStateDirectory(link: ServerLink, target: RemoteTarget, signal?: AbortSignal): Promise<{ path: string; sudo: boolean }> {
  const sudo = target.sudo !== 'none' || target.user === 'root';
  const request = { script: makeStateScript, sudo, timeoutMs: 30_000, ...(signal === undefined ? {} : { signal }) };
  const { exitCode, signal: killedBy, stdout, stderr } = await execScript(link, target, request);
  if (exitCode === 0 && stdout.startsWith('/')) return { path: stdout, sudo };
  throw new AppError('remote.command-failed', {
    server: target.name,
    what: 'make the state directory',
    exitCode,
    signal: killedBy,
    output: stderr.slice(-2000),
  });
}
