import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSlowStore } from './slowStore.ts';
import type { StateSnapshot, StateStore } from './stateStore.ts';

interface Item {
  value: number;
  isUrgent?: boolean;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const listeners = new Set<() => void>();
  const snapshotOf = (items: Record<string, Item>, status: StateSnapshot<Item>['status'] = 'live'): StateSnapshot<Item> => {
    const map = new Map(Object.entries(items));
    return { status, sinceMs: 0, error: null, items: map, list: [...map.values()] };
  };
  let snapshot = snapshotOf({ a: { value: 1 } });
  const store: StateStore<Item> = {
    get: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (...args: Parameters<typeof snapshotOf>) => {
    snapshot = snapshotOf(...args);
    for (const listener of [...listeners]) listener();
  };
  const slow = createSlowStore(store, 5_000, (before, now) => before.isUrgent !== now.isUrgent);
  const told = vi.fn();
  const stop = slow.subscribe(told);
  vi.advanceTimersByTime(10_000);
  return { slow, tell, told, stop, value: () => slow.get().items.get('a')?.value, listeners };
}

it('tells the first change at once, and those after it together', () => {
  const { tell, told, value } = setUp();
  tell({ a: { value: 2 } });
  expect(value()).toBe(2);
  tell({ a: { value: 3 } });
  tell({ a: { value: 4 } });
  expect(value()).toBe(2);
  vi.advanceTimersByTime(5_000);
  expect(value()).toBe(4);
  expect(told).toHaveBeenCalledTimes(2);
});

it.each([
  ['an item that cannot wait', { a: { value: 3, isUrgent: true } }, 'live'],
  ['another item', { a: { value: 3 }, b: { value: 1 } }, 'live'],
  ['an item for another', { b: { value: 3 } }, 'live'],
  ['another state of the stream', { a: { value: 3 } }, 'stale'],
] as const)('does not wait with %s', (_, items, status) => {
  const { tell, slow } = setUp();
  tell({ a: { value: 2 } });
  tell(items, status);
  expect(slow.get()).toMatchObject({ status, list: Object.values(items) });
});

it('misses nothing that was told between the first look at it and the listening', () => {
  const { slow, tell, stop, value } = setUp();
  stop();
  expect(value()).toBe(1);
  tell({ a: { value: 2 } });
  slow.subscribe(() => {});
  expect(value()).toBe(2);
});

it('leaves the other store with its last listener, and tells what is there to whoever asks', () => {
  const { tell, told, stop, listeners, value } = setUp();
  tell({ a: { value: 2 } });
  tell({ a: { value: 3 } });
  stop();
  vi.advanceTimersByTime(10_000);
  expect(listeners.size).toBe(0);
  expect(told).toHaveBeenCalledTimes(1);
  expect(value()).toBe(3);
});
