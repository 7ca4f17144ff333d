import { Backoff } from './backoff.ts';
import { isNetworkFailure } from './remoteErrors.ts';
import type { ServerLink } from './serverLink.ts';

/**
 * Does something again for as long as only the network fails, with growing, jittered pauses, until the signal aborts. Everything else
 * is thrown at once: refused logins, changed keys. A server that was never connected is given up at the first failure, unless `stubborn`.
 */
export async function persist<T>(
  link: ServerLink,
  signal: AbortSignal | undefined,
  attempt: (backoff: Backoff) => Promise<T>,
  options: { stubborn?: boolean } = {},
): Promise<T> {
  const backoff = new Backoff(250, 15_000);
  const unwant = link.want();
  try {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await attempt(backoff);
      } catch (error) {
        if (!isNetworkFailure(error, link.everConnected)) throw error;
        if (!link.everConnected && options.stubborn !== true) throw error;
        await link.pause(backoff, signal);
      }
    }
  } finally {
    unwant();
  }
}
