import { AppError } from '../../../../shared/errors.ts';
import { httpOverChannel } from '../../../remote/httpOverChannel.ts';
import type { RemoteServer } from '../../../remote/remote.ts';

/** A place on a server's side. */
export interface EnginePlace {
  host: string;
  port: number;
}

/** What a place answered: status and body, or `refused`: nothing listens there. */
export type EngineAnswer = { status: number; body: string } | { refused: true };

/** A scrape of a big Weaviate has some 5 MiB. */
const mostBytes = 16 * 1024 * 1024;

/** Asks for a page through the server's connection. Throws what connecting throws, `tunnel.target-refused` where the server lets nobody through in any way, and `Error` where no whole answer comes in time. */
export async function askEngine(
  remote: Pick<RemoteServer, 'forward'>,
  { host, port }: EnginePlace,
  path: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<EngineAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const stream = await remote.forward(host, port, { signal: limit });
    const asked = { method: 'GET' as const, host: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`, path, headers: { Accept: '*/*' } };
    const { status, body } = await httpOverChannel(stream, { ...asked, timeoutMs, maxBytes: mostBytes, signal: limit });
    return { status, body };
  } catch (error) {
    // Nobody is let through to anywhere: that says nothing of what is there.
    if (AppError.is(error, 'tunnel.target-refused') && error.data.forbidden === true) throw error;
    if (AppError.is(error, 'tunnel.target-refused') || AppError.is(error, 'ssh.channel-refused')) return { refused: true };
    throw error;
  }
}
