import type { HistoryColumns } from '../../../shared/model/healthHistory.ts';
import type { ChartPoints, ChartRange } from '../../ui/chart/chartTypes.ts';
import type { TailPoints } from './liveTail.ts';

/**
 * What is stored of a series, and behind it what came in live, as points within a time. Where what is stored is told in steps, live values are
 * gathered into steps of the same length; a step
 * stands in its middle, the unfinished one at the end of the time. One point before the time is kept, so that a line enters at its edge.
 */
export function joinTail(stored: HistoryColumns | null, tail: TailPoints | null, { fromMs, toMs }: ChartRange): ChartPoints {
  const stepMs = stored?.stepMs ?? 0;
  const half = stepMs / 2;
  const points = { atMs: [] as number[], value: [] as number[], min: [] as number[], max: [] as number[] };
  const add = (at: number, mean: number, min: number, max: number) => {
    points.atMs.push(at);
    points.value.push(mean);
    points.min.push(min);
    points.max.push(max);
  };
  stored?.atMs.forEach((at, index) => {
    const mean = stored.mean[index] ?? 0;
    if (at + half >= fromMs - Math.max(stepMs, 60_000) && at <= toMs)
      add(Math.min(at + half, toMs), mean, stored.min[index] ?? mean, stored.max[index] ?? mean);
  });
  addTail(points, tail, stored === null ? null : (stored.atMs.at(-1) ?? null), stepMs, { fromMs, toMs });
  return stepMs === 0 ? { atMs: points.atMs, value: points.value } : points;
}

type Columns = Record<'atMs' | 'value' | 'min' | 'max', number[]>;

function addTail(points: Columns, tail: TailPoints | null, lastMs: number | null, stepMs: number, { fromMs, toMs }: ChartRange): void {
  if (tail === null) return;
  let count = 0;
  let step = lastMs;
  tail.atMs.forEach((at, index) => {
    const value = tail.value[index] ?? 0;
    if (at > toMs || at < fromMs - 60_000) return;
    if (stepMs === 0) {
      if (lastMs !== null && at <= lastMs) return;
      points.atMs.push(at);
      points.value.push(value);
      return;
    }
    const start = Math.floor(at / stepMs) * stepMs;
    // The last stored step goes on to be filled; how much is in it is not told, so that what is new counts as much as what was.
    if (step !== null && start < step) return;
    const place = points.atMs.length - 1;
    if (step !== null && start === step && place >= 0) {
      count += 1;
      const share = 1 / (count + 1);
      points.value[place] = (points.value[place] ?? value) * (1 - share) + value * share;
      points.min[place] = Math.min(points.min[place] ?? value, value);
      points.max[place] = Math.max(points.max[place] ?? value, value);
      return;
    }
    step = start;
    count = 0;
    points.atMs.push(Math.min(start + stepMs / 2, toMs));
    points.value.push(value);
    points.min.push(value);
    points.max.push(value);
  });
}
