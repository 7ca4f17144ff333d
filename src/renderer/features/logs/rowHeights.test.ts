import { expect, it } from 'vitest';
import { RowHeights } from './rowHeights.ts';

it('finds lines of different heights by place, and places by line', () => {
  const heights = new RowHeights();
  expect([heights.totalPx, heights.indexAt(100), heights.topOf(0)]).toEqual([0, 0, 0]);
  heights.fill([18, 36, 18], (px) => px);
  expect(heights.totalPx).toBe(72);
  expect([0, 1, 2, 3].map((index) => heights.topOf(index))).toEqual([0, 18, 54, 72]);
  expect([0, 17, 18, 53, 54, 71, 500].map((px) => heights.indexAt(px))).toEqual([0, 0, 1, 1, 2, 2, 2]);
});

it('sums on from what is there, and anew from the middle', () => {
  const heights = new RowHeights();
  const lines = Array.from({ length: 3_000 }, () => 10);
  heights.fill(lines.slice(0, 1_000), (px) => px);
  heights.fill(lines, (px) => px, 1_000);
  expect([heights.count, heights.totalPx]).toEqual([3_000, 30_000]);
  lines[2_500] = 110;
  heights.fill(lines, (px) => px, 2_500);
  expect([heights.totalPx, heights.topOf(2_501), heights.topOf(2_500)]).toEqual([30_100, 25_110, 25_000]);
  heights.fill(lines.slice(0, 5), (px) => px);
  expect(heights.totalPx).toBe(50);
});
