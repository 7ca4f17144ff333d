import { creditWindows, type LogFrame, maxFrameBytes } from '../../shared/model/stream.ts';
import type { ClientSession } from './clientSession.ts';
import { translatingErrors } from './rpcErrors.ts';
import { Signal } from './signal.ts';

/** An ordered log that can be read from any point it still holds. */
export interface LogSource<T extends { seq: number }> {
  /**
   * Items with `seq > afterSeq` in order, `limit` at most. `gap`: what lay between is no longer held. `ended`: nothing will
   * follow the items returned, and why.
   */
  read(afterSeq: number, limit: number): Promise<{ items: T[]; gap?: { fromSeq: number; toSeq: number; reason: string }; ended: string | null }>;
  onAppend(listener: () => void): () => void;
}

const pageSize = 256;
const payloadLimit = maxFrameBytes - 2048;

/**
 * Serves a log as a *log* stream, resumable from `afterSeq`. Reads from the source only as fast as the consumer grants credit, so
 * nothing is lost and nothing piles up; what the source no longer holds is marked as a gap. Ends with the log or the signal.
 */
export function logStream<T extends { seq: number }>(
  client: ClientSession,
  source: LogSource<T>,
  options: { afterSeq: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<LogFrame<T>, void, void> {
  return translatingErrors(client, produce(client, source, options, signal));
}

async function* produce<T extends { seq: number }>(
  client: ClientSession,
  source: LogSource<T>,
  options: { afterSeq: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<LogFrame<T>, void, void> {
  const { streamId, gate, close } = client.openStream(creditWindows.log);
  const appended = new Signal();
  let news = true;
  const unsubscribe = source.onAppend(() => {
    news = true;
    appended.fire();
  });
  const stop = () => {
    gate.close();
    appended.fire();
  };
  signal?.addEventListener('abort', stop, { once: true });
  let position = options.afterSeq;
  try {
    yield { type: 'open', streamId };
    for (;;) {
      await appended.wait(() => news || signal?.aborted === true);
      if (signal?.aborted) return;
      news = false;
      const page = await source.read(position, pageSize);
      if (page.gap !== undefined) {
        yield { type: 'gap', cost: 0, ...page.gap };
        position = Math.max(position, page.gap.toSeq);
      }
      for (const frame of frames(page.items)) {
        await gate.ready();
        if (signal?.aborted) return;
        gate.spend(frame.cost);
        yield frame;
        position = frame.items.at(-1)?.seq ?? position;
      }
      if (page.ended !== null) {
        yield { type: 'end', cost: 0, reason: page.ended };
        return;
      }
      if (page.items.length > 0) news = true;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    unsubscribe();
    close();
  }
}

function* frames<T>(items: readonly T[]): Generator<{ type: 'items'; cost: number; items: T[] }, void, void> {
  let batch: T[] = [];
  let cost = 0;
  for (const item of items) {
    const size = JSON.stringify(item).length;
    if (batch.length > 0 && cost + size > payloadLimit) {
      yield { type: 'items', cost, items: batch };
      batch = [];
      cost = 0;
    }
    batch.push(item);
    cost += size;
  }
  if (batch.length > 0) yield { type: 'items', cost, items: batch };
}
