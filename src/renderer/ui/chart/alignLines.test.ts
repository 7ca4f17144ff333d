import { expect, test } from 'vitest';
import { alignLines, extremes } from './alignLines.ts';
import type { ChartLine, ChartPoints } from './chartTypes.ts';

const line = (key: string, points: ChartPoints, gapMs = 1_000): ChartLine => ({ key, label: key, hue: 0, points, gapMs });

test('a gap is one: between two points too far apart there is nothing', () => {
  const { atMs, value } = alignLines([line('a', { atMs: [0, 1_000, 5_000], value: [1, 2, 3] })]);
  expect(atMs).toEqual([0, 1_000, 1_001, 5_000]);
  expect(value).toEqual([[1, 2, null, 3]]);
});

test('lines with points at other times share the axis, and neither breaks nor moves the other; a gap reaches over the points of others', () => {
  const { atMs, value } = alignLines([line('a', { atMs: [0, 1_000], value: [1, 2] }), line('b', { atMs: [400, 3_000], value: [7, 8] })]);
  expect(atMs).toEqual([0, 400, 401, 1_000, 3_000]);
  expect(value).toEqual([
    [1, undefined, undefined, 2, undefined],
    [undefined, 7, null, null, 8],
  ]);
});

test('the spread of points that sum up goes with them; single values have none', () => {
  const summed = line('a', { atMs: [0, 9_000], value: [2, 3], min: [1, 2], max: [4, 5] });
  const { spread } = alignLines([summed, line('b', { atMs: [0], value: [1] })]);
  expect(spread).toEqual([{ min: [1, null, 2], max: [4, null, 5] }, null]);
  expect(extremes([summed], 0, 10_000)).toEqual([1, 5]);
  expect(extremes([summed], 0, 100)).toEqual([1, 4]);
  expect(extremes([summed], 100, 200)).toBeNull();
});
