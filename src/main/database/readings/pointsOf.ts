import type { Layout, Moment } from './moments.ts';
import type { SeriesName, SeriesPoints } from './readingsTypes.ts';
import { addStep, emptySpan, type Span } from './rollupSpan.ts';

/** Values of one place of these moments as they were measured; null where there are none. */
export function rawPoints(name: SeriesName, layout: Layout, series: number, moments: readonly Moment[]): SeriesPoints | null {
  const place = layout.placeOf.get(series);
  if (place === undefined) return null;
  const found = moments.filter(({ values }) => !Number.isNaN(values[place] ?? Number.NaN));
  if (found.length === 0) return null;
  const values = Float32Array.from(found, (moment) => moment.values[place] ?? Number.NaN);
  const atMs = Float64Array.from(found, (moment) => moment.atMs);
  return { ...name, atMs, count: new Uint32Array(found.length).fill(1), min: values, max: values, mean: values, last: values };
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
