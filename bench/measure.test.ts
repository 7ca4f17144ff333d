import { expect, it } from 'vitest';
import { inTurns, median, quantile, ratioOf } from './measure.ts';

it('takes the middle, and what most are not above', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([50, 99, 100]);
});

it('compares round by round', () => expect(ratioOf([1, 4, 9], [2, 4, 3])).toBe(1));

it('runs the ways in turns, the first round uncounted', async () => {
  const order: string[] = [];
  const times = await inTurns(2, { a: async () => order.push('a'), b: async () => order.push('b') });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect([times.a.length, times.b.length]).toEqual([2, 2]);
});
