import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import { type Connection, connectionLost } from './connection.ts';
import type { Place } from './lane.ts';
import { openForward } from './openForward.ts';
import { persist } from './persist.ts';
import type { ServerLink } from './serverLink.ts';
import { ChannelRefused } from './transport.ts';

/** An address as a server sees it. */
interface Address {
  host: string;
  port: number;
}

/** OpenSSH's reason for a channel that policy forbids (https://www.rfc-editor.org/rfc/rfc4254#section-5.1). */
const prohibited = 1;

/** See `RemoteServer.forward`. The place on the connection is held for as long as the stream lasts. */
export async function forward(link: ServerLink, address: Address, options: { signal?: AbortSignal; onLost?: () => void } = {}): Promise<Duplex> {
  const { signal, onLost } = options;
  const place = await link.forward(signal);
  try {
    const stream = await opened(place, address, signal);
    stream.once('close', place.release);
    const forget = place.connection.onLost(() => {
      place.release();
      onLost?.();
      stream.destroy();
    });
    stream.once('close', forget);
    return stream;
  } catch (error) {
    place.release();
    throw error;
  }
}

/** See `RemoteServer.holdForwards`. */
export async function holdForwards(link: ServerLink, options: { signal: AbortSignal; onState: (isThere: boolean) => void }): Promise<never> {
  const { signal, onState } = options;
  for (;;) {
    await persist(
      link,
      signal,
      async (backoff) => {
        const { connection, release } = await link.forward(signal);
        try {
          backoff.reset();
          onState(true);
          await lossOf(connection, signal);
        } finally {
          onState(false);
          release();
        }
      },
      { stubborn: true },
    );
    signal.throwIfAborted();
  }
}

async function opened({ connection }: Place, address: Address, signal: AbortSignal | undefined): Promise<Duplex> {
  try {
    return await openForward(connection, address, signal);
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    if (!(error instanceof ChannelRefused)) throw connectionLost(connection);
    const forbidden = isForbidden(error) ? { forbidden: true } : {};
    throw new AppError('tunnel.target-refused', { server: connection.target.name, ...address, reason: reasonOf(error), ...forbidden }, { cause: error });
  }
}

const isForbidden = (error: ChannelRefused): boolean => error.reason === prohibited || /prohibited/i.test(error.message);

/** One reason of the protocol stands for every failure beyond the server; only its description, strerror's text, tells them apart. */
function reasonOf(error: ChannelRefused): string {
  if (isForbidden(error)) return 'its sshd does not allow forwarding';
  if (/refused/i.test(error.message)) return 'nothing listens there';
  if (/timed out/i.test(error.message)) return 'it does not answer';
  if (/name or service|resolve|nodename/i.test(error.message)) return 'its name is not known there';
  return 'the server could not connect to it';
}

function lossOf(connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = connection.onLost(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      forget();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
