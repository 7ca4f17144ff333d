import { expect, it } from 'vitest';
import { offsetsOf, scrolledTo, windowOf } from './tableWindow.ts';

const rows = offsetsOf(Array.from({ length: 1_000 }, () => 32));

it('adds heights up to where each begins and all end', () => {
  expect(offsetsOf([28, 32, 32])).toEqual([0, 28, 60, 92]);
  expect(offsetsOf([])).toEqual([0]);
});

it('shows what is in view and four beyond at either side, always as many', () => {
  expect(windowOf(rows, 3_200, 320, 32)).toEqual([96, 115]);
  for (let top = 0; top <= 32_000 - 320; top += 7) {
    const [from, to] = windowOf(rows, top, 320, 32);
    expect(to - from).toBe(19);
    expect(from * 32).toBeLessThanOrEqual(top);
    expect(to * 32).toBeGreaterThanOrEqual(top + 320);
  }
});

it('shows all of a few, and none of nothing', () => {
  expect(windowOf(offsetsOf([28, 32, 32]), 0, 600, 28)).toEqual([0, 3]);
  expect(windowOf([0], 0, 600, 28)).toEqual([0, 0]);
  // Scrolled further than there is, as after a filter.
  expect(windowOf(offsetsOf([28, 32, 32]), 5_000, 600, 28)).toEqual([0, 3]);
});

it('scrolls no further than it has to', () => {
  expect(scrolledTo(100, 132, 0, 320)).toBe(0);
  expect(scrolledTo(100, 132, 110, 320)).toBe(100);
  expect(scrolledTo(600, 632, 110, 320)).toBe(312);
});
