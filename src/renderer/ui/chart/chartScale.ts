import type { ChartUnit } from './chartTypes.ts';

const decimal = Array.from({ length: 16 }, (_, place) => 10 ** (place - 6)).flatMap((power) => [power, 2 * power, 5 * power]);
const binary = Array.from({ length: 5 }, (_, power) => 1024 ** power).flatMap((unit) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map((times) => times * unit));
const steps: Partial<Record<ChartUnit, number[]>> = {
  ratio: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1],
  bytes: binary,
  bytesPerSecond: binary,
  celsius: [5, 10, 20, 50],
  watts: [5, 10, 20, 50, 100, 200, 500, 1000],
  count: [1, 2, 5, ...decimal.filter((step) => step >= 10)],
  flag: [1],
  code: [1, 2, 5, 10, 20, 50, 100],
};

/** How far apart the lines of a grid may be. */
export function gridSteps(unit: ChartUnit): number[] {
  return steps[unit] ?? decimal;
}

/** What an axis shows however small the values are: `whole` for a share is all of it. */
export type ChartSpan = 'whole' | 'data';

/** The least that an axis is high, so that noise about nothing looks like nothing. */
const least: Partial<Record<ChartUnit, number>> = { ratio: 0.05, bytes: 1024, bytesPerSecond: 10_240, seconds: 0.02, cores: 0.5, watts: 50 };

/**
 * From where to where an axis of values goes. Zero is always on it, but for temperatures, where it says nothing; `values` are the smallest
 * and largest of all that is drawn, thresholds too; null: nothing is.
 */
export function valueRange(unit: ChartUnit, span: ChartSpan, values: readonly [number, number] | null): [number, number] {
  const [low, high] = values ?? [0, 0];
  if (unit === 'flag') return [-0.08, 1.08];
  if (unit === 'celsius') return [Math.min(20, Math.floor((low - 3) / 10) * 10), Math.max(95, high + 3)];
  if (unit === 'ratio' && span === 'whole') return [0, Math.max(1, high)];
  const top = Math.max(high * 1.12, least[unit] ?? 1);
  return [low < 0 ? low * 1.12 : 0, unit === 'ratio' ? Math.min(Math.max(1, high), top) : top];
}
