import { creditWindows, maxFrameBytes, type StateFrame } from '../../shared/model/stream.ts';
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
  return translatingErrors(client, produce(client, state, signal));
}

async function* produce<T>(client: ClientSession, state: KeyedState<T>, signal: AbortSignal | undefined): AsyncGenerator<StateFrame<T>, void, void> {
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
    const chunks = chunk(state.values());
    const version = state.version;
    for (const [index, { items, cost }] of chunks.entries()) {
      await gate.ready();
      if (signal?.aborted) return;
      gate.spend(cost);
      yield { type: 'snapshot', cost, version, items, first: index === 0, last: index === chunks.length - 1 };
    }
    for (;;) {
      await changed.wait(() => dirty.size > 0 || signal?.aborted === true);
      await gate.ready();
      if (signal?.aborted) return;
      yield* patches(state, dirty, gate);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    unsubscribe();
    close();
  }
}

function* patches<T>(state: KeyedState<T>, dirty: Set<string>, gate: { spend(cost: number): void }): Generator<StateFrame<T>, void, void> {
  const keys = [...dirty];
  dirty.clear();
  const present = keys.flatMap((key) => {
    const value = state.get(key);
    return value === undefined ? [] : [value];
  });
  const remove = keys.filter((key) => state.get(key) === undefined);
  for (const [index, { items, cost }] of chunk(present).entries()) {
    const removed = index === 0 ? remove : [];
    const total = cost + removed.join().length;
    gate.spend(total);
    yield { type: 'patch', cost: total, version: state.version, upsert: items, remove: removed };
  }
}
