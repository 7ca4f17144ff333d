import type { Duplex } from 'node:stream';
import { type Connection, connectionLost } from './connection.ts';

/**
 * Opens a stream from the other end of a connection to an address as it is seen there. Rejects at once when `signal` is aborted, with its
 * reason, or the connection is lost, with `ssh.connection-lost`; a stream that opens afterwards is closed. A refusal is a `ChannelRefused`.
 */
export async function openForward(connection: Connection, { host, port }: { host: string; port: number }, signal?: AbortSignal): Promise<Duplex> {
  signal?.throwIfAborted();
  const opening = connection.transport.forward(host, port);
  let forget = () => {};
  const interrupted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const forgetLoss = connection.onLost(() => reject(connectionLost(connection)));
    forget = () => {
      signal?.removeEventListener('abort', onAbort);
      forgetLoss();
    };
  });
  try {
    return await Promise.race([opening, interrupted]);
  } catch (error) {
    opening.then(
      (stream) => stream.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    forget();
  }
}
