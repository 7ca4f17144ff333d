/** Values of several equal steps of time, entry by entry: how many each step had, their smallest, largest, sum and last. */
export interface Span {
  count: number[];
  min: number[];
  max: number[];
  mean: number[];
  last: number[];
}

/** The form of a packed span: one value throughout, or figures of their own for each step. */
const form = { flat: 0, full: 1 } as const;
const fullBytes = 2 + 4 * 4;
const largestCount = 65_535;

/** A span in which nothing was measured. */
export function emptySpan(steps: number): Span {
  const fill = () => Array.from({ length: steps }, () => 0);
  return { count: fill(), min: fill(), max: fill(), mean: fill(), last: fill() };
}

/** Takes one more value into a step; values come in order of time. */
export function addValue(span: Span, step: number, value: number): void {
  const count = (span.count[step] ?? 0) + 1;
  const before = span.mean[step] ?? 0;
  span.count[step] = count;
  span.min[step] = count === 1 ? value : Math.min(span.min[step] ?? value, value);
  span.max[step] = count === 1 ? value : Math.max(span.max[step] ?? value, value);
  span.mean[step] = before + (value - before) / count;
  span.last[step] = value;
}

/** Takes all of another span's step into one step of this; what it holds came later. */
export function addStep(span: Span, step: number, later: Span, from: number): void {
  const [count, added] = [span.count[step] ?? 0, later.count[from] ?? 0];
  if (added === 0) return;
  const [min, max, mean] = [later.min[from] ?? 0, later.max[from] ?? 0, later.mean[from] ?? 0];
  span.min[step] = count === 0 ? min : Math.min(span.min[step] ?? min, min);
  span.max[step] = count === 0 ? max : Math.max(span.max[step] ?? max, max);
  span.mean[step] = ((span.mean[step] ?? 0) * count + mean * added) / (count + added);
  span.last[step] = later.last[from] ?? 0;
  span.count[step] = count + added;
}

/** Puts one step of another span in the place of one of this. */
export function replaceStep(span: Span, step: number, other: Span, from: number): void {
  for (const column of ['count', 'min', 'max', 'mean', 'last'] as const) span[column][step] = other[column][from] ?? 0;
}

/** Packs a span with 32-bit floats up to its last step that has anything: 18 bytes a step, 2 where one value stood throughout. Counts end at 65,535. */
export function packSpan({ count, min, max, mean, last }: Span): Uint8Array {
  const steps = count.findLastIndex((entry) => entry > 0) + 1;
  const first = last[count.findIndex((entry) => entry > 0)] ?? 0;
  const isFlat = count.every((entry, step) => entry === 0 || (min[step] === first && max[step] === first));
  const bytes = new Uint8Array(1 + (isFlat ? 4 + steps * 2 : steps * fullBytes));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, isFlat ? form.flat : form.full);
  if (isFlat) view.setFloat32(1, first, true);
  const from = isFlat ? 5 : 1;
  for (let step = 0; step < steps; step += 1) {
    view.setUint16(from + step * 2, Math.min(largestCount, count[step] ?? 0), true);
    if (isFlat) continue;
    for (const [column, figures] of [min, max, mean, last].entries()) view.setFloat32(1 + steps * (2 + column * 4) + step * 4, figures[step] ?? 0, true);
  }
  return bytes;
}

/** Unpacks a span of so many steps. What is no such span is an empty one. */
export function unpackSpan(bytes: Uint8Array, steps: number): Span {
  const span = emptySpan(steps);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFlat = bytes[0] === form.flat;
  const held = isFlat ? (bytes.length - 5) / 2 : (bytes.length - 1) / fullBytes;
  if ((!isFlat && bytes[0] !== form.full) || !Number.isInteger(held) || held < 0) return span;
  const flat = isFlat ? view.getFloat32(1, true) : 0;
  for (let step = 0; step < Math.min(steps, held); step += 1) {
    span.count[step] = view.getUint16((isFlat ? 5 : 1) + step * 2, true);
    span.min[step] = isFlat ? flat : view.getFloat32(1 + held * 2 + step * 4, true);
    span.max[step] = isFlat ? flat : view.getFloat32(1 + held * 6 + step * 4, true);
    span.mean[step] = isFlat ? flat : view.getFloat32(1 + held * 10 + step * 4, true);
    span.last[step] = isFlat ? flat : view.getFloat32(1 + held * 14 + step * 4, true);
  }
  return span;
}
