import type { SerializedError } from '../../shared/errors.ts';
import type { StreamId } from '../../shared/model/ids.ts';
import type { FieldStateFrame, StateFrame } from '../../shared/model/stream.ts';
import { isConnectionError, toSerializedError } from './clientError.ts';
import { createFrameBatch } from './frames.ts';

/** A keyed collection as last told. `stale`: the stream broke at `sinceMs`, and what is here is what was known then. */
export interface StateSnapshot<T> {
  status: 'loading' | 'live' | 'stale' | 'error';
  sinceMs: number;
  error: SerializedError | null;
  items: ReadonlyMap<string, T>;
  list: readonly T[];
}

export interface StateStore<T> {
  get(): StateSnapshot<T>;
  /** The stream is open while there is a subscriber, and for `lingerMs` after the last one left. */
  subscribe(listener: () => void): () => void;
}

export interface StateStoreOptions<T> {
  keyOf(item: T): string;
  open(signal: AbortSignal): Promise<AsyncIterable<StateFrame<T> | FieldStateFrame<T>>>;
  ack(streamId: StreamId, cost: number): void;
  /** Resolves when trying again makes sense; `attempt` counts failures in a row. */
  beforeRetry(attempt: number, signal: AbortSignal): Promise<void>;
  /** So long what changed of items waits for more of it; that there are more items or fewer is told at the next frame. */
  minIntervalMs?: number;
  lingerMs?: number;
}

/**
 * Follows a state stream. Frames are gathered and taken once per animation frame; what was taken is acknowledged then, so that a
 * busy page is sent only the latest. After a break the stream is opened anew and its snapshot replaces what was known.
 */
export function createStateStore<T>(options: StateStoreOptions<T>): StateStore<T> {
  const { keyOf, open, ack, beforeRetry, minIntervalMs = 200, lingerMs = 5_000 } = options;
  const listeners = new Set<() => void>();
  let snapshot: StateSnapshot<T> = { status: 'loading', sinceMs: Date.now(), error: null, items: new Map(), list: [] };
  let running: AbortController | null = null;
  let lingering: ReturnType<typeof setTimeout> | null = null;

  let items = new Map<string, T>();
  let arriving: Map<string, T> | null = null;
  let streamId: StreamId | null = null;
  let owed = 0;
  let changed = false;

  const publish = (next: StateSnapshot<T>) => {
    snapshot = next;
    for (const listener of [...listeners]) listener();
  };
  const flush = () => {
    if (!changed) return;
    changed = false;
    publish({ status: 'live', sinceMs: Date.now(), error: null, items, list: [...items.values()] });
  };
  const grant = () => {
    if (streamId && owed > 0) ack(streamId, owed);
    owed = 0;
  };
  const batch = createFrameBatch(flush, minIntervalMs);
  const soon = createFrameBatch(flush);
  const credit = createFrameBatch(grant);

  const take = (frame: StateFrame<T> | FieldStateFrame<T>) => {
    if (frame.type === 'open') {
      streamId = frame.streamId;
      return;
    }
    owed += frame.cost;
    if (frame.type === 'snapshot') {
      if (frame.first || !arriving) arriving = new Map();
      for (const item of frame.items) arriving.set(keyOf(item), item);
      if (frame.last) {
        items = arriving;
        arriving = null;
        changed = true;
      }
    } else {
      // What was told is never changed.
      if (items === snapshot.items) items = new Map(items);
      for (const item of frame.upsert) items.set(keyOf(item), item);
      for (const { key, fields } of 'changed' in frame ? frame.changed : []) {
        const before = items.get(key);
        if (before !== undefined) items.set(key, { ...before, ...fields });
      }
      for (const key of frame.remove) items.delete(key);
      changed = true;
    }
    if (changed) (items.size === snapshot.items.size ? batch : soon).request();
    // A snapshot is wanted whole and soon; patches wait for the page to have a frame to spare.
    if (arriving) grant();
    else credit.request();
  };

  const follow = async (signal: AbortSignal) => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        for await (const frame of await open(signal)) {
          if (signal.aborted) return;
          take(frame);
          failures = 0;
        }
        failures += 1;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (!isConnectionError(error)) {
          const coded = toSerializedError(error);
          publish({ ...snapshot, status: snapshot.list.length > 0 ? 'stale' : 'error', sinceMs: Date.now(), error: coded });
          if (coded.code.endsWith('.not-found')) return;
        }
      }
      batch.cancel();
      soon.cancel();
      credit.cancel();
      streamId = null;
      owed = 0;
      arriving = null;
      if (snapshot.status === 'live') publish({ ...snapshot, status: 'stale', sinceMs: Date.now() });
      await beforeRetry(failures, signal).catch(() => {});
    }
  };

  const start = () => {
    if (lingering) clearTimeout(lingering);
    lingering = null;
    if (running) return;
    running = new AbortController();
    void follow(running.signal);
  };
  const stop = () => {
    running?.abort();
    running = null;
    batch.cancel();
    soon.cancel();
    credit.cancel();
    if (snapshot.status === 'live') snapshot = { ...snapshot, status: 'stale', sinceMs: Date.now() };
  };

  return {
    get: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) lingering = setTimeout(stop, lingerMs);
      };
    },
  };
}
