import type { ChartLine } from './chartTypes.ts';

/**
 * Lines on one axis of time. A column has a value for each time; null: there is a gap; undefined: the line has no point at
 * that time, as another one has, and goes on.
 */
export interface AlignedLines {
  atMs: number[];
  value: (number | null | undefined)[][];
  /** The spread of each line; null: its points are single values. */
  spread: ({ min: (number | null | undefined)[]; max: (number | null | undefined)[] } | null)[];
}

/** Times of a line with its gaps: between two points too far apart there is one more time, right after the first. */
function withGaps({ points, gapMs }: ChartLine): { atMs: number[]; from: (number | null)[] } {
  const atMs: number[] = [];
  const from: (number | null)[] = [];
  points.atMs.forEach((at, index) => {
    const before = points.atMs[index - 1];
    if (before !== undefined && at - before > gapMs) {
      atMs.push(before + 1);
      from.push(null);
    }
    atMs.push(at);
    from.push(index);
  });
  return { atMs, from };
}

/** Puts lines on one axis of time, whose values are never moved nor made up. */
export function alignLines(lines: readonly ChartLine[]): AlignedLines {
  const parts = lines.map(withGaps);
  const atMs = parts.length === 1 ? (parts[0]?.atMs ?? []) : [...new Set(parts.flatMap((part) => part.atMs))].sort((a, b) => a - b);
  const places = new Map(atMs.map((at, place) => [at, place]));
  const column = (line: number, values: readonly number[]) => {
    const filled: (number | null | undefined)[] = Array.from({ length: atMs.length });
    const part = parts[line];
    part?.atMs.forEach((at, index) => {
      const place = places.get(at);
      const from = part.from[index];
      if (place !== undefined) filled[place] = from == null ? null : (values[from] ?? null);
    });
    // A gap reaches over the points of other lines up to the next one of its own.
    for (let place = 1; place < filled.length; place += 1) if (filled[place] === undefined && filled[place - 1] === null) filled[place] = null;
    return filled;
  };
  return {
    atMs,
    value: lines.map(({ points }, line) => column(line, points.value)),
    spread: lines.map(({ points }, line) => (points.min && points.max ? { min: column(line, points.min), max: column(line, points.max) } : null)),
  };
}

/** The smallest and largest value within a time, spread included; null: there is none. */
export function extremes(lines: readonly ChartLine[], fromMs: number, toMs: number): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines) {
    points.atMs.forEach((at, index) => {
      if (at < fromMs || at > toMs) return;
      low = Math.min(low, points.min?.[index] ?? points.value[index] ?? low);
      high = Math.max(high, points.max?.[index] ?? points.value[index] ?? high);
    });
  }
  return low <= high ? [low, high] : null;
}
