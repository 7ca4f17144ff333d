import { expect, test } from 'vitest';
import { clusterMarks } from './chartMarks.ts';
import { chartRows } from './chartRows.ts';
import type { ChartLine, ChartMark } from './chartTypes.ts';

test('the table has a row for each stretch of a round length that has a value, the newest first', () => {
  const line = (key: string, atMs: number[], value: number[]): ChartLine => ({ key, label: key, hue: 0, gapMs: 1, points: { atMs, value } });
  const { everyMs, rows } = chartRows([line('a', [0, 4_000, 9_000, 21_000], [1, 2, 3, 4]), line('b', [10_000], [7])], { fromMs: 0, toMs: 20_000 }, 5);
  expect(everyMs).toBe(5_000);
  expect(rows).toEqual([
    { atMs: 10_000, values: [null, 7] },
    { atMs: 5_000, values: [3, null] },
    { atMs: 0, values: [2, null] },
  ]);
});

test('marks that lie near each other are one; those of another time are left out', () => {
  const mark = (key: string, atMs: number): ChartMark => ({ key, atMs, tone: 'info', title: key, detail: '', href: null });
  const found = clusterMarks([mark('c', 900), mark('a', 100), mark('b', 110), mark('before', -5)], { fromMs: 0, toMs: 1_000 }, 500);
  expect(found.map(({ at, marks }) => [at, marks.map(({ key }) => key)])).toEqual([
    [0.11, ['a', 'b']],
    [0.9, ['c']],
  ]);
});
