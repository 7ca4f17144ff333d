import type { Database as Connection } from 'better-sqlite3';
import type { Moment } from './moments.ts';
import { floorTo, minutes, type RollupLevel, tenMinutes } from './rollupLevels.ts';
import { addStep, addValue, emptySpan, packSpan, replaceStep, type Span, unpackSpan } from './rollupSpan.ts';

/**
 * Roll-ups of every series. They are always made from all the moments of ten minutes and put in the place of what was there, in the transaction that
 * writes a moment of them: made again, or with moments that come late, they are the same as if all had come in time.
 */
export class RollupsTable {
  readonly #statements;

  constructor(connection: Connection) {
    this.#statements = {
      one: connection
        .prepare<[number, number, number, number], Uint8Array>('SELECT figures FROM rollups WHERE level = ? AND server = ? AND span = ? AND series = ?')
        .pluck(),
      all: connection.prepare<[number, number, number], { series: number; figures: Uint8Array }>(
        'SELECT series, figures FROM rollups WHERE level = ? AND server = ? AND span = ?',
      ),
      put: connection.prepare<[number, number, number, number, Uint8Array]>(
        'INSERT INTO rollups (level, server, span, series, figures) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET figures = excluded.figures',
      ),
      delete: connection.prepare<[number, number, number, number, number, number]>(
        `DELETE FROM rollups WHERE level = ? AND server = ? AND (span, series) IN
           (SELECT span, series FROM rollups WHERE level = ? AND server = ? AND span < ? ORDER BY span LIMIT ?)`,
      ),
    };
  }

  /** Steps of one series; null where there are none. `span` is where they begin. */
  read(level: RollupLevel, server: number, span: number, series: number): Span | null {
    const figures = this.#statements.one.get(level.number, server, span, series);
    return figures === undefined ? null : unpackSpan(figures, level.steps);
  }

  /** Makes the roll-ups of ten minutes from all their moments, in order of time. */
  remake(server: number, windowMs: number, moments: readonly Moment[]): void {
    const span = floorTo(windowMs, tenMinutes.spanMs);
    const before = new Map(this.#statements.all.all(tenMinutes.number, server, span).map(({ series, figures }) => [series, figures]));
    for (const [series, made] of spansOf(moments, windowMs)) {
      this.#statements.put.run(minutes.number, server, windowMs, series, packSpan(made));
      const stored = before.get(series);
      const wider = stored === undefined ? emptySpan(tenMinutes.steps) : unpackSpan(stored, tenMinutes.steps);
      replaceStep(wider, (windowMs - span) / tenMinutes.stepMs, wholeOf(made), 0);
      this.#statements.put.run(tenMinutes.number, server, span, series, packSpan(wider));
    }
  }

  /** Deletes rows whose span begins before a time, so many at most. Returns how many went. */
  delete(level: RollupLevel, server: number, beforeMs: number, limit: number): number {
    return this.#statements.delete.run(level.number, server, level.number, server, beforeMs, limit).changes;
  }
}

/** The minutes of ten of each series that has a value among these moments, which are in order of time. */
export function spansOf(moments: readonly Moment[], windowMs: number): Map<number, Span> {
  const spans = new Map<number, Span>();
  for (const { atMs, layout, values } of moments) {
    const step = Math.floor((atMs - windowMs) / minutes.stepMs);
    for (const [place, series] of layout.series.entries()) {
      const value = values[place] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      let span = spans.get(series);
      if (span === undefined) {
        span = emptySpan(minutes.steps);
        spans.set(series, span);
      }
      addValue(span, step, value);
    }
  }
  return spans;
}

/** All steps of a span as one. */
export function wholeOf(span: Span): Span {
  const whole = emptySpan(1);
  for (let step = 0; step < span.count.length; step += 1) addStep(whole, 0, span, step);
  return whole;
}
