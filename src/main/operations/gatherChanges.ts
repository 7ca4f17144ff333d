/** How changes are gathered, and the way to stop. */
export interface ChangeGatherer<K> {
  changed(key: K): void;
  stop(): void;
}

/**
 * Tells of changed keys at most once per `everyMs`: the first at once, those that follow together. A key is told of after its last
 * change, never before.
 */
export function gatherChanges<K>(everyMs: number, tell: (keys: ReadonlySet<K>) => void): ChangeGatherer<K> {
  let keys = new Set<K>();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const flush = (): void => {
    const changed = keys;
    keys = new Set();
    timer = changed.size === 0 ? null : setTimeout(flush, everyMs);
    timer?.unref();
    if (changed.size > 0) tell(changed);
  };
  return {
    changed: (key) => {
      if (stopped) return;
      keys.add(key);
      if (timer === null) flush();
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      keys = new Set();
    },
  };
}
