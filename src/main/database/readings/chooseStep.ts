import { floorTo, minutes, tenMinutes } from './rollupLevels.ts';

/** What is asked for, and what there is. */
export interface StepChoice {
  fromMs: number;
  toMs: number;
  maxPoints: number;
  /** How many values as measured a series can have in that time; null: too many to count. */
  rawCount: number | null;
  /** Since when values as measured are kept, and minutes. */
  rawFromMs: number;
  minutesFromMs: number;
}

/**
 * How coarse an answer has to be to have at most `maxPoints` points: 0 for values as measured, a minute, or the fewest tens of minutes that do. A
 * coarseness that is not kept for all of the time is not taken.
 */
export function chooseStep({ fromMs, toMs, maxPoints, rawCount, rawFromMs, minutesFromMs }: StepChoice): number {
  if (rawCount !== null && rawCount <= maxPoints && fromMs >= rawFromMs) return 0;
  const points = (stepMs: number) => Math.ceil((toMs - floorTo(fromMs, stepMs)) / stepMs);
  if (points(minutes.stepMs) <= maxPoints && fromMs >= minutesFromMs) return minutes.stepMs;
  let times = Math.max(1, Math.floor((toMs - fromMs) / tenMinutes.stepMs / maxPoints));
  while (points(times * tenMinutes.stepMs) > maxPoints) times += 1;
  return times * tenMinutes.stepMs;
}
