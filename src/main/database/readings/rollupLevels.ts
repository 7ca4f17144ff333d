/** One coarseness of roll-ups: how long a step is, and how many of them one row holds. */
export interface RollupLevel {
  number: 1 | 2;
  stepMs: number;
  steps: number;
  spanMs: number;
}

/** Steps of a minute, ten in a row. */
export const minutes = { number: 1, stepMs: 60_000, steps: 10, spanMs: 600_000 } as const satisfies RollupLevel;

/** Steps of ten minutes, four hours in a row: few rows for a day of a whole fleet. */
export const tenMinutes = { number: 2, stepMs: 600_000, steps: 24, spanMs: 14_400_000 } as const satisfies RollupLevel;

/** The start of the stretch of so many milliseconds in which a time lies. */
export function floorTo(atMs: number, lengthMs: number): number {
  return Math.floor(atMs / lengthMs) * lengthMs;
}
