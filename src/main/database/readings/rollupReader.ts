import type { Layout } from './moments.ts';
import { floorTo, minutes, type RollupLevel, tenMinutes } from './rollupLevels.ts';
import { addStep, emptySpan, replaceStep, type Span } from './rollupSpan.ts';
import { type RollupsTable, spansOf, wholeOf } from './rollupsTable.ts';
import type { WrittenAndWaiting } from './writtenAndWaiting.ts';

/** What waiting moments change of roll-ups, by the start of ten minutes. */
export interface WaitingRollups {
  windows: ReadonlyMap<number, ReadonlyMap<number, Span>>;
  /** Whether these are of all moments of their time, else only of those that come after all written ones. */
  isWhole: boolean;
}

/** Roll-ups as if nothing were waiting to be written. */
export class RollupReader {
  readonly #table: RollupsTable;
  readonly #moments: WrittenAndWaiting;

  constructor(table: RollupsTable, moments: WrittenAndWaiting) {
    this.#table = table;
    this.#moments = moments;
  }

  /** The roll-ups of what waits of a server for chosen series in a time. */
  waiting(server: number, fromMs: number, toMs: number, wanted: Layout): WaitingRollups {
    const windows = new Map<number, ReadonlyMap<number, Span>>();
    const moments = this.#moments.waiting(server, floorTo(fromMs, minutes.spanMs), Math.ceil(toMs / minutes.spanMs) * minutes.spanMs, wanted);
    const [first] = moments;
    // Usual: all come after what is written, and only add to it.
    const isWhole = first !== undefined && first.atMs <= this.#moments.newestWritten(server);
    for (const [window, own] of Map.groupBy(moments, ({ atMs }) => floorTo(atMs, minutes.spanMs))) {
      windows.set(window, spansOf(isWhole ? this.#moments.read(server, window, window + minutes.spanMs, wanted) : own, window));
    }
    return { windows, isWhole };
  }

  /** Steps of one series from the start of a span; null where there are none. */
  read(level: RollupLevel, server: number, start: number, series: number, { windows, isWhole }: WaitingRollups): Span | null {
    const stored = this.#table.read(level, server, start, series);
    if (windows.size === 0) return stored;
    const span = stored ?? emptySpan(level.steps);
    let changed = false;
    for (const [window, spans] of windows) {
      const waiting = spans.get(series);
      if (waiting === undefined || window < start || window >= start + level.spanMs) continue;
      changed = true;
      if (level.number === tenMinutes.number) {
        const step = (window - start) / level.stepMs;
        (isWhole ? replaceStep : addStep)(span, step, wholeOf(waiting), 0);
      } else for (let step = 0; step < level.steps; step += 1) (isWhole ? replaceStep : addStep)(span, step, waiting, step);
    }
    return changed || stored !== null ? span : null;
  }
}
