import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SharedTurn } from './sharedTurn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('does for all who wait at once what they wait for, each once, in the order they asked', () => {
  const turn = new SharedTurn(500);
  const done: string[] = [];
  const [one, other] = [() => void done.push('one'), () => void done.push('other')];
  turn.ask(one);
  vi.advanceTimersByTime(400);
  turn.ask(other);
  turn.ask(one);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(done).toEqual(['one', 'other']);
});

it('has who asks during a turn wait for the next', () => {
  const turn = new SharedTurn(500);
  let count = 0;
  const again = () => {
    count += 1;
    if (count < 2) turn.ask(again);
  };
  turn.ask(again);
  vi.advanceTimersByTime(500);
  expect(count).toBe(1);
  vi.advanceTimersByTime(500);
  expect([count, vi.getTimerCount()]).toEqual([2, 0]);
});
