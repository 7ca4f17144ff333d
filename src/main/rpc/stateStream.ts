import { creditWindows, type FieldStateFrame, type FieldStatePatch, maxFrameBytes, type StateFrame, type StatePatch } from '../../shared/model/stream.ts';
import type { ClientSession } from './clientSession.ts';
import type { KeyedState } from './keyedState.ts';
import { translatingErrors } from './rpcErrors.ts';
import { Signal } from './signal.ts';

/** Room for the envelope of a frame beside its items. */
const payloadLimit = maxFrameBytes - 2048;

interface Chunk<T> {
  items: T[];
  cost: number;
}

/** Splits items into frames by their encoded size; an item is never cut. There is always at least one chunk. */
function chunk<T>(items: readonly T[]): Chunk<T>[] {
  const chunks: Chunk<T>[] = [{ items: [], cost: 0 }];
  for (const item of items) {
    const cost = JSON.stringify(item).length;
    const last = chunks.at(-1);
    if (last !== undefined && (last.items.length === 0 || last.cost + cost <= payloadLimit)) {
      last.items.push(item);
      last.cost += cost;
    } else {
      chunks.push({ items: [item], cost });
    }
  }
  return chunks;
}

/**
 * Serves a keyed collection as a *state* stream: a snapshot, then patches. While the consumer has no credit, changes of a key
 * are conflated to the latest: what waits is never more than the collection itself. Ends when `signal` aborts.
 */
export function stateStream<T>(client: ClientSession, state: KeyedState<T>, signal: AbortSignal | undefined): AsyncGenerator<StateFrame<T>, void, void> {
  return translatingErrors(
    client,
    produce(client, state, signal, () => ({ make: patches, isMember: () => true }), 0),
  );
}

/** What changed of items of many fields is sent at most so often. */
const fieldsMs = 1_000;

/**
 * The same for items of many fields of which few change at a time: of an item that was sent before, a patch brings only the fields that are other
 * values, or other objects, than those sent last. Owners therefore hand on what did not change as it was. Patches come once a second at most; that
 * there are more items or fewer is sent at once.
 */
export function fieldStateStream<T extends object>(
  client: ClientSession,
  state: KeyedState<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<FieldStateFrame<T>, void, void> {
  return translatingErrors(
    client,
    produce<T, FieldStatePatch<T>>(
      client,
      state,
      signal,
      (snapshot) => {
        const sent = new Map(snapshot);
        return { make: (from, keys) => fieldPatches(from, keys, sent), isMember: (key) => sent.has(key) };
      },
      fieldsMs,
    ),
  );
}

interface Patching<T, P> {
  /** Makes the patches of keys that changed. */
  make(state: KeyedState<T>, keys: readonly string[]): Iterable<P>;
  /** Whether the item was sent before. */
  isMember(key: string): boolean;
}

async function* produce<T, P extends StatePatch<T>>(
  client: ClientSession,
  state: KeyedState<T>,
  signal: AbortSignal | undefined,
  after: (snapshot: readonly [string, T][]) => Patching<T, P>,
  everyMs: number,
): AsyncGenerator<P | Exclude<StateFrame<T>, StatePatch<T>>, void, void> {
  const { streamId, gate, close } = client.openStream(creditWindows.state);
  const dirty = new Set<string>();
  const changed = new Signal();
  // Subscribe before taking the snapshot: what changes in between is sent once more, never lost.
  const unsubscribe = state.subscribe((key) => {
    dirty.add(key);
    changed.fire();
  });
  const stop = () => {
    gate.close();
    changed.fire();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    yield { type: 'open', streamId };
    const snapshot = state.entries();
    const chunks = chunk(snapshot.map(([, item]) => item));
    const version = state.version;
    for (const [index, { items, cost }] of chunks.entries()) {
      await gate.ready();
      if (signal?.aborted) return;
      gate.spend(cost);
      yield { type: 'snapshot', cost, version, items, first: index === 0, last: index === chunks.length - 1 };
    }
    const { make, isMember } = after(snapshot);
    let nextMs = 0;
    /** So long what changed is gathered; members that came or went are not kept waiting. */
    const untilDue = async () => {
      const waitMs = nextMs - performance.now();
      if (waitMs <= 0) return;
      let isDue = false;
      const timer = setTimeout(() => {
        isDue = true;
        changed.fire();
      }, waitMs);
      await changed.wait(() => isDue || signal?.aborted === true || [...dirty].some((key) => !isMember(key) || !state.has(key)));
      clearTimeout(timer);
    };
    for (;;) {
      await changed.wait(() => dirty.size > 0 || signal?.aborted === true);
      await untilDue();
      await gate.ready();
      if (signal?.aborted) return;
      nextMs = performance.now() + everyMs;
      const keys = [...dirty];
      dirty.clear();
      for (const frame of make(state, keys)) {
        gate.spend(frame.cost);
        yield frame;
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    unsubscribe();
    close();
  }
}

function* patches<T>(state: KeyedState<T>, keys: readonly string[]): Generator<StatePatch<T>> {
  const present = keys.filter((key) => state.has(key)).map((key) => state.get(key) as T);
  const remove = keys.filter((key) => !state.has(key));
  for (const [index, { items, cost }] of chunk(present).entries()) {
    const removed = index === 0 ? remove : [];
    yield { type: 'patch', cost: cost + removed.join().length, version: state.version, upsert: items, remove: removed };
  }
}

/** What of an item is not as it was sent. */
function changedFields<T extends object>(before: T, now: T): Partial<T> {
  const names = Object.keys(now) as (keyof T)[];
  return Object.fromEntries(names.filter((name) => before[name] !== now[name]).map((name) => [name, now[name]])) as Partial<T>;
}

/** The same with what was sent last, which is brought up to date. */
function* fieldPatches<T extends object>(state: KeyedState<T>, keys: readonly string[], sent: Map<string, T>): Generator<FieldStatePatch<T>> {
  const changes = keys.flatMap((key) => {
    const [before, now] = [sent.get(key), state.get(key)];
    if (now === undefined) sent.delete(key);
    else sent.set(key, now);
    return before === undefined || now === undefined ? [] : [{ key, fields: changedFields(before, now) }];
  });
  const known = new Set(changes.map(({ key }) => key));
  const others = keys.filter((key) => !known.has(key));
  if (others.length > 0) for (const frame of patches(state, others)) yield { ...frame, changed: [] };
  if (changes.length === 0) return;
  for (const { items, cost } of chunk(changes)) yield { type: 'patch', cost, version: state.version, upsert: [], changed: items, remove: [] };
}
