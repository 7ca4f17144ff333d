import { once } from 'node:events';
import { type Connection, connectionLost } from './connection.ts';
import { type Channel, type ChannelEnd, exitOf } from './transport.ts';
import type { Typing } from './typing.ts';

/** Receives the bytes of a channel; an awaited promise pauses the channel. */
export type ChannelSink = (stream: 'stdout' | 'stderr', bytes: Buffer) => void | Promise<void>;

/**
 * Reads a channel to its end and resolves with how the program ended. A channel without an exit, or whose connection died before all of
 * it had come, rejects with `ssh.connection-lost`: the outcome is unknown. An error of the sink rejects too.
 */
export function readChannel(channel: Channel, connection: Connection, sink: ChannelSink): Promise<ChannelEnd> {
  return new Promise((resolve, reject) => {
    let pending = 0;
    let closed = false;
    const finish = () => {
      if (!closed || pending > 0) return;
      forget();
      const end = exitOf(channel);
      if (end === null) reject(connectionLost(connection));
      else resolve(end);
    };
    const fail = (error: unknown) => {
      forget();
      reject(error);
    };
    const deliver = (stream: 'stdout' | 'stderr') => (bytes: Buffer) => {
      const taken = callSink(sink, stream, bytes, fail);
      if (taken === undefined) return;
      pending += 1;
      channel.pause();
      channel.stderr.pause();
      taken.then(() => {
        pending -= 1;
        if (pending > 0) return;
        channel.resume();
        channel.stderr.resume();
        finish();
      }, fail);
    };
    const forget = connection.onLost(() => {
      if (!isComplete(channel) || exitOf(channel) === null) fail(connectionLost(connection));
    });
    channel.on('data', deliver('stdout'));
    channel.stderr.on('data', deliver('stderr'));
    channel.on('close', () => {
      closed = true;
      finish();
    });
    channel.on('error', fail);
  });
}

function callSink(sink: ChannelSink, stream: 'stdout' | 'stderr', bytes: Buffer, fail: (error: unknown) => void): Promise<void> | undefined {
  try {
    return sink(stream, bytes) ?? undefined;
  } catch (error) {
    fail(error);
    return undefined;
  }
}

/** Whether the server has said that no more is to come on this channel. */
function isComplete(channel: Channel): boolean {
  const state = (channel.incoming as { state?: unknown } | undefined)?.state;
  return state === 'eof' || state === 'closed';
}

/** Writes chunks to a channel as fast as its window and somebody who types allow, and stops when the channel or its connection has closed. */
export async function feedChannel(
  channel: Channel,
  connection: Connection,
  chunks: Uint8Array | AsyncIterable<Uint8Array>,
  typing: Typing | null,
): Promise<void> {
  const closed = new AbortController();
  channel.once('close', () => closed.abort());
  const forget = connection.onLost(() => closed.abort());
  const iterator = (chunks instanceof Uint8Array ? slices(chunks) : chunks)[Symbol.asyncIterator]();
  const gone = new Promise<null>((resolve) => closed.signal.addEventListener('abort', () => resolve(null), { once: true }));
  while (!closed.signal.aborted) {
    const next = await Promise.race([iterator.next(), gone]);
    if (next === null || next.done === true) break;
    await typing?.room(next.value.length);
    if (channel.write(next.value)) continue;
    await once(channel, 'drain', { signal: closed.signal }).catch(() => null);
  }
  forget();
  if (closed.signal.aborted) void iterator.return?.();
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 256 * 1024;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
