import { expect, it } from 'vitest';
import { histogramDelta, histogramQuantile } from './histogram.ts';
import { parseScrape } from './parseScrape.ts';

const text = (counts: Record<string, number>, labels = '') =>
  Object.entries(counts)
    .map(([le, count]) => `h_bucket{${labels}le="${le}"} ${count}`)
    .join('\n');
const pair = (before: string, after: string) => ({ before: parseScrape(before), after: parseScrape(after), elapsedS: 10 });
const buckets = (...counts: [number, number][]) => counts.map(([le, count]) => ({ le, count }));
const inf = Number.POSITIVE_INFINITY;

it('spreads observations evenly within a bucket', () => {
  const even = buckets([1, 10], [2, 20], [4, 40], [inf, 40]);
  expect(histogramQuantile(even, 0.5)).toBe(2);
  expect(histogramQuantile(even, 0.75)).toBe(3);
  expect(histogramQuantile(even, 0.125)).toBe(0.5);
  expect(histogramQuantile(even, 1)).toBe(4);
});

it.each([
  ['nothing was observed', buckets([1, 0], [inf, 0]), null],
  ['there are no bounds', buckets([inf, 5]), null],
  ['there are no buckets', [], null],
  ['it lies beyond the last bound, which it is at least', buckets([1, 1], [2, 1], [inf, 10]), 2],
  ['all is in the first bucket', buckets([1, 10], [2, 10], [inf, 10]), 0.5],
  ['a bucket holds less than the one below', buckets([1, 10], [2, 8], [4, 20], [inf, 20]), 1],
  ['the first bound is not above 0', buckets([-1, 10], [1, 10], [inf, 10]), -1],
  ['buckets below are empty', buckets([1, 0], [2, 0], [4, 10], [inf, 10]), 3],
])('where %s', (_, counts, median) => expect(histogramQuantile(counts, 0.5)).toBe(median));

it('reckons from the most that was below, where a bucket holds less', () => {
  expect(histogramQuantile(buckets([1, 10], [2, 8], [4, 20], [inf, 20]), 0.75)).toBe(3);
});

it('takes no quantile that is none', () => {
  for (const q of [-0.1, 1.1, Number.NaN]) expect(histogramQuantile(buckets([1, 1], [inf, 1]), q)).toBeNull();
});

it('counts what came between two scrapes, through all series', () => {
  const before = `${text({ 1: 5, 2: 6, '+Inf': 6 }, 'engine="0",')}\n${text({ 1: 1, 2: 1, '+Inf': 1 }, 'engine="1",')}`;
  const after = `${text({ 1: 7, 2: 9, '+Inf': 10 }, 'engine="0",')}\n${text({ 1: 1, 2: 3, '+Inf': 3 }, 'engine="1",')}`;
  expect(histogramDelta(pair(before, after), 'h')).toEqual(buckets([1, 2], [2, 5], [inf, 6]));
});

it('knows series again whose labels stand in another order, and lets new ones begin at 0', () => {
  const after = `h_bucket{le="1",a="x"} 4\nh_bucket{le="+Inf",a="x"} 4\n${text({ 1: 2, '+Inf': 2 }, 'a="new",')}`;
  expect(histogramDelta(pair(text({ 1: 3, '+Inf': 3 }, 'a="x",'), after), 'h')).toEqual(buckets([1, 3], [inf, 3]));
});

it.each([
  ['it was reset', text({ 1: 5, '+Inf': 9 }), text({ 1: 1, '+Inf': 1 })],
  [
    'it was reset and has outgrown itself since',
    `process_start_time_seconds 10\n${text({ '+Inf': 1 })}`,
    `process_start_time_seconds 99\n${text({ '+Inf': 5 })}`,
  ],
  ['it is not there', '', 'x 1'],
  ['it has no bucket for all', '', text({ 1: 1 })],
  ['a bound is none', '', text({ x: 1, '+Inf': 1 })],
  ['a count is none', '', 'h_bucket{le="1"} NaN\nh_bucket{le="+Inf"} 4'],
  ['bounds differ between series', '', `${text({ 1: 1, '+Inf': 1 }, 'a="1",')}\n${text({ 2: 1, '+Inf': 1 }, 'a="2",')}`],
])('says nothing where %s', (_, before, after) => expect(histogramDelta(pair(before, after), 'h')).toBeNull());
