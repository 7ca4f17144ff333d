import type { Moment } from './moments.ts';
import type { SeriesName, SeriesPoints } from './readingsTypes.ts';
import type { Span } from './rollupSpan.ts';

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

/** Gathers steps of roll-ups, in order of time, into points of equal length, of which there may be so many at most. */
export class PointsMaker {
  readonly #stepMs: number;
  readonly #atMs: Float64Array<ArrayBuffer>;
  readonly #count: Uint32Array<ArrayBuffer>;
  readonly #min: Float32Array<ArrayBuffer>;
  readonly #max: Float32Array<ArrayBuffer>;
  readonly #mean: Float64Array<ArrayBuffer>;
  readonly #last: Float32Array<ArrayBuffer>;
  #length = 0;

  constructor(stepMs: number, most: number) {
    this.#stepMs = stepMs;
    this.#atMs = new Float64Array(most);
    this.#count = new Uint32Array(most);
    this.#min = new Float32Array(most);
    this.#max = new Float32Array(most);
    this.#mean = new Float64Array(most);
    this.#last = new Float32Array(most);
  }

  /** Takes the step that begins at a time. */
  add(atMs: number, span: Span, step: number): void {
    const added = span.count[step] ?? 0;
    if (added === 0) return;
    const start = Math.floor(atMs / this.#stepMs) * this.#stepMs;
    const [min, max, mean] = [span.min[step] ?? 0, span.max[step] ?? 0, span.mean[step] ?? 0];
    let at = this.#length - 1;
    if (at < 0 || this.#atMs[at] !== start) {
      at = this.#length;
      this.#length += 1;
      this.#atMs[at] = start;
      this.#min[at] = min;
      this.#max[at] = max;
    }
    const before = this.#count[at] ?? 0;
    if (min < (this.#min[at] ?? 0)) this.#min[at] = min;
    if (max > (this.#max[at] ?? 0)) this.#max[at] = max;
    this.#mean[at] = ((this.#mean[at] ?? 0) * before + mean * added) / (before + added);
    this.#last[at] = span.last[step] ?? 0;
    this.#count[at] = before + added;
  }

  /** The points under a name; null where nothing came. */
  finish(name: SeriesName): SeriesPoints | null {
    const length = this.#length;
    if (length === 0) return null;
    const [atMs, count, min, max, last] = [this.#atMs, this.#count, this.#min, this.#max, this.#last];
    const mean = new Float32Array(this.#mean.subarray(0, length));
    if (length === atMs.length) return { ...name, atMs, count, min, max, mean, last };
    return {
      ...name,
      atMs: atMs.slice(0, length),
      count: count.slice(0, length),
      min: min.slice(0, length),
      max: max.slice(0, length),
      mean,
      last: last.slice(0, length),
    };
  }
}
