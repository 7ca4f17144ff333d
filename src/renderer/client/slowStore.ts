import type { StateSnapshot, StateStore } from './stateStore.ts';

/**
 * A store that tells what another tells at most every `everyMs`, for what is worked out of the whole collection. At once where there are more items or
 * fewer, where the state of the stream is another, and where `isOther` says of an item that it cannot wait.
 */
export function createSlowStore<T>(store: StateStore<T>, everyMs: number, isOther: (before: T, now: T) => boolean): StateStore<T> {
  const listeners = new Set<() => void>();
  let shown = store.get();
  let takenMs = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let leave: (() => void) | null = null;

  const take = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    takenMs = performance.now();
    shown = store.get();
    for (const listener of [...listeners]) listener();
  };
  const cannotWait = (now: StateSnapshot<T>) => {
    if (now.status !== shown.status || now.error !== shown.error || now.items.size !== shown.items.size) return true;
    for (const [key, item] of now.items) {
      const before = shown.items.get(key);
      if (before !== item && (before === undefined || isOther(before, item))) return true;
    }
    return false;
  };
  const look = () => {
    if (store.get() === shown) return;
    const waitMs = takenMs + everyMs - performance.now();
    if (waitMs <= 0 || cannotWait(store.get())) take();
    else timer ??= setTimeout(take, waitMs);
  };

  return {
    get() {
      if (leave === null) shown = store.get();
      return shown;
    },
    subscribe(listener) {
      listeners.add(listener);
      if (leave === null) {
        leave = store.subscribe(look);
        // What was told between the first look and this is not told again.
        shown = store.get();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        if (timer !== null) clearTimeout(timer);
        timer = null;
        leave?.();
        leave = null;
      };
    },
  };
}
