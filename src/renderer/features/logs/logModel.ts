import { LineSieve } from './lineSieve.ts';
import type { LogFeed } from './logFeed.ts';
import { type BadPattern, filterTest, isBadPattern, type LogFilter, type Needle, needleOf } from './logFilter.ts';

/** A followed log as a viewer sees it: what of it is shown, and where in that a text is found. */
export interface LogModel {
  readonly feed: LogFeed;
  /** Lines that pass the filter. */
  readonly shown: LineSieve;
  /** Lines among them that hold what is looked for; all of them where nothing is. */
  readonly found: LineSieve;
  readonly needle: Needle | null;
  readonly badFind: BadPattern | null;
  /** Shown lines that came since it was paused. */
  readonly fresh: number;
  /** Grows with every change of any of it. */
  version(): number;
  subscribe(listener: () => void): () => void;
  filter(filter: LogFilter): void;
  find(text: string, isPattern: boolean): void;
  pause(isPaused: boolean): void;
  close(): void;
}

/** Puts filter and search over a feed; all of it keeps up with what comes. */
export function createLogModel(feed: LogFeed): LogModel {
  const listeners = new Set<() => void>();
  let version = 0;
  const changed = () => {
    version += 1;
    for (const listener of [...listeners]) listener();
  };
  let needle: Needle | null = null;
  let badFind: BadPattern | null = null;
  let fresh = 0;
  const shown = new LineSieve(feed.buffer, () => {
    void found.renew();
    changed();
  });
  const found = new LineSieve(shown, changed);
  const stopLines = feed.listen({
    added(lines) {
      const passed = shown.added(lines);
      fresh += passed.length;
      found.added(passed);
    },
    letGo() {
      shown.letGo();
      found.letGo();
    },
  });
  const stop = feed.subscribe(changed);
  return {
    feed,
    shown,
    found,
    get needle() {
      return needle;
    },
    get badFind() {
      return badFind;
    },
    get fresh() {
      return fresh;
    },
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    filter(filter) {
      const test = filterTest(filter);
      // While a pattern is being typed, what was shown before it broke stays.
      if (test === null || !('message' in test)) void shown.set(test);
    },
    find(text, isPattern) {
      const next = needleOf(text, isPattern);
      badFind = isBadPattern(next) ? next : null;
      needle = isBadPattern(next) ? null : next;
      const wanted = needle;
      void found.set(wanted === null ? null : (line) => !line.gap && wanted.test(line.plain));
    },
    pause(isPaused) {
      fresh = 0;
      feed.hold(isPaused);
      changed();
    },
    close() {
      stopLines();
      stop();
      feed.close();
    },
  };
}
