import type { SerializedError } from '../../shared/errors.ts';
import type { StreamId } from '../../shared/model/ids.ts';
import type { LogFrame } from '../../shared/model/stream.ts';
import { isConnectionError, toSerializedError } from './clientError.ts';
import { createFrameBatch } from './frames.ts';

/** One entry of a followed log: an item, or a mark saying that something is missing here. */
export type LogEntry<T> = { kind: 'item'; item: T } | { kind: 'gap'; fromSeq: number; toSeq: number; reason: string } | { kind: 'reconnected'; lostMs: number };

/** A followed log. `entries` is appended to in place: compare `version`. `dropped` counts entries let go to stay within the limit. */
export interface LogSnapshot<T> {
  status: 'loading' | 'live' | 'reconnecting' | 'ended' | 'error';
  entries: readonly LogEntry<T>[];
  version: number;
  dropped: number;
  endReason: string | null;
  error: SerializedError | null;
}

export interface LogStore<T> {
  get(): LogSnapshot<T>;
  subscribe(listener: () => void): () => void;
  close(): void;
}

export interface LogStoreOptions<T> {
  open(afterSeq: number, signal: AbortSignal): Promise<AsyncIterable<LogFrame<T>>>;
  ack(streamId: StreamId, cost: number): void;
  beforeRetry(attempt: number, signal: AbortSignal): Promise<void>;
  /** Entries kept; older ones are let go. */
  limit?: number;
}

/** Follows a log stream from its beginning, resuming after the last `seq` taken when the connection broke. */
export function createLogStore<T extends { seq: number }>(options: LogStoreOptions<T>): LogStore<T> {
  const { open, ack, beforeRetry, limit = 20_000 } = options;
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let snapshot: LogSnapshot<T> = { status: 'loading', entries: [], version: 0, dropped: 0, endReason: null, error: null };
  let entries: LogEntry<T>[] = [];
  const waiting: LogEntry<T>[] = [];
  let lastSeq = -1;
  let streamId: StreamId | null = null;
  let owed = 0;
  let lostAtMs: number | null = null;

  const publish = (change: Partial<LogSnapshot<T>>) => {
    snapshot = { ...snapshot, ...change, version: snapshot.version + 1 };
    for (const listener of [...listeners]) listener();
  };
  const flush = () => {
    if (waiting.length > 0) {
      entries.push(...waiting.splice(0));
      let dropped = snapshot.dropped;
      // Letting go in blocks keeps this cheap; a tenth over the limit is never noticed.
      if (entries.length > limit * 1.1) {
        dropped += entries.length - limit;
        entries = entries.slice(entries.length - limit);
      }
      publish({ status: snapshot.status === 'ended' ? 'ended' : 'live', entries, dropped });
    }
    if (streamId && owed > 0) ack(streamId, owed);
    owed = 0;
  };
  const batch = createFrameBatch(flush);

  const take = (frame: LogFrame<T>): void => {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      if (lostAtMs !== null) waiting.push({ kind: 'reconnected', lostMs: Date.now() - lostAtMs });
      lostAtMs = null;
      if (snapshot.status !== 'live') publish({ status: 'live', error: null });
      batch.request();
      return;
    }
    owed += frame.cost;
    if (frame.type === 'items') {
      for (const item of frame.items) waiting.push({ kind: 'item', item });
      lastSeq = frame.items.at(-1)?.seq ?? lastSeq;
    } else if (frame.type === 'gap') {
      waiting.push({ kind: 'gap', fromSeq: frame.fromSeq, toSeq: frame.toSeq, reason: frame.reason });
      lastSeq = Math.max(lastSeq, frame.toSeq);
    } else {
      flush();
      publish({ status: 'ended', endReason: frame.reason });
    }
    batch.request();
  };

  const follow = async (signal: AbortSignal) => {
    let failures = 0;
    while (!signal.aborted && snapshot.status !== 'ended') {
      try {
        for await (const frame of await open(lastSeq, signal)) {
          if (signal.aborted) return;
          take(frame);
          failures = 0;
        }
        flush();
        if ((snapshot.status as string) === 'ended') return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isConnectionError(error)) {
          publish({ status: 'error', error: toSerializedError(error) });
          return;
        }
      }
      failures += 1;
      streamId = null;
      owed = 0;
      lostAtMs ??= Date.now();
      publish({ status: 'reconnecting' });
      await beforeRetry(failures, signal).catch(() => {});
    }
  };
  void follow(closing.signal);

  return {
    get: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing.abort();
      batch.cancel();
    },
  };
}
