/** A course of values in a box of 100 × 100, with its limit. */
export interface Course {
  /** Path of the line; empty where there is too little to draw. */
  path: string;
  /** Height of the limit from the top, 0…100; null: there is none in sight. */
  limitY: number | null;
  min: number;
  max: number;
  fromMs: number;
  untilMs: number;
}

/**
 * Lays values out by time, oldest first. The limit is always in sight, and a course that does not move lies in the middle. `steps`: a value
 * holds until the next, as of what is yes or no.
 */
export function courseOf(values: readonly (readonly [atMs: number, value: number])[], limit: number | null, steps = false): Course {
  const all = [...values.map(([, value]) => value), ...(limit === null ? [] : [limit])];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const pad = high === low ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.12;
  const [min, max] = all.length === 0 ? [0, 1] : [low - pad, high + pad];
  const fromMs = values[0]?.[0] ?? 0;
  const untilMs = values.at(-1)?.[0] ?? 0;
  const y = (value: number) => 100 - ((value - min) / (max - min)) * 100;
  const x = (atMs: number) => (untilMs === fromMs ? 0 : ((atMs - fromMs) / (untilMs - fromMs)) * 100);
  const point = ([atMs, value]: readonly [number, number], index: number) => {
    if (index === 0) return `M${x(atMs).toFixed(2)} ${y(value).toFixed(2)}`;
    return steps ? `H${x(atMs).toFixed(2)}V${y(value).toFixed(2)}` : `L${x(atMs).toFixed(2)} ${y(value).toFixed(2)}`;
  };
  const path = values.length < 2 ? '' : values.map(point).join('');
  return { path, limitY: limit === null ? null : y(limit), min, max, fromMs, untilMs };
}
