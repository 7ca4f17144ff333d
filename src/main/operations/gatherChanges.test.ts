import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatherChanges } from './gatherChanges.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('tells of the first change at once and of those that follow together', () => {
  const told: string[][] = [];
  const gatherer = gatherChanges<string>(50, (keys) => told.push([...keys]));
  gatherer.changed('a');
  gatherer.changed('a');
  gatherer.changed('b');
  expect(told).toEqual([['a']]);
  vi.advanceTimersByTime(50);
  expect(told).toEqual([['a'], ['a', 'b']]);
  vi.advanceTimersByTime(50);
  gatherer.changed('c');
  expect(told).toEqual([['a'], ['a', 'b'], ['c']]);
});

test('says nothing after it was stopped', () => {
  const told: string[][] = [];
  const gatherer = gatherChanges<string>(50, (keys) => told.push([...keys]));
  gatherer.changed('a');
  gatherer.changed('b');
  gatherer.stop();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([['a']]);
});
