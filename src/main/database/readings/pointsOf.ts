import type { Moment } from './moments.ts';
import type { SeriesName, SeriesPoints } from './readingsTypes.ts';
import { addStep, emptySpan, type Span } from './rollupSpan.ts';

/** Values as they were measured, for each place of the moments' common layout; null where there are none. */
export function rawPoints(names: readonly SeriesName[], moments: readonly Moment[]): (SeriesPoints | null)[] {
  const columns = names.map(() => ({ atMs: new Float64Array(moments.length), values: new Float32Array(moments.length), count: 0 }));
  for (const { atMs, values } of moments) {
    for (let place = 0; place < columns.length; place += 1) {
      const value = values[place] ?? Number.NaN;
      const column = columns[place];
      if (column === undefined || Number.isNaN(value)) continue;
      column.atMs[column.count] = atMs;
      column.values[column.count] = value;
      column.count += 1;
    }
  }
  return columns.map((column, place) => {
    const name = names[place];
    if (name === undefined || column.count === 0) return null;
    const values = column.values.slice(0, column.count);
    const count = new Uint32Array(column.count).fill(1);
    return { ...name, atMs: column.atMs.slice(0, column.count), count, min: values, max: values, mean: values, last: values };
  });
}

/** Gathers steps of roll-ups, in order of time, into points of equal length. */
export class PointsMaker {
  readonly #stepMs: number;
  readonly #starts: number[] = [];
  readonly #points = emptySpan(0);

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** Takes the step that begins at a time. */
  add(atMs: number, span: Span, step: number): void {
    if ((span.count[step] ?? 0) === 0) return;
    const start = Math.floor(atMs / this.#stepMs) * this.#stepMs;
    if (this.#starts.at(-1) !== start) this.#starts.push(start);
    addStep(this.#points, this.#starts.length - 1, span, step);
  }

  /** The points under a name; null where nothing came. */
  finish(name: SeriesName): SeriesPoints | null {
    if (this.#starts.length === 0) return null;
    const { count, min, max, mean, last } = this.#points;
    const floats = { min: Float32Array.from(min), max: Float32Array.from(max), mean: Float32Array.from(mean), last: Float32Array.from(last) };
    return { ...name, atMs: Float64Array.from(this.#starts), count: Uint32Array.from(count), ...floats };
  }
}
