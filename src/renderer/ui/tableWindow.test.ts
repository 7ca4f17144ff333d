import { describe, expect, it } from 'vitest';
import { offsetsOf, RowPlaces, scrolledTo, windowOf } from './tableWindow.ts';

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

describe('RowPlaces', () => {
  const said = (shown: readonly { key: string; place: number }[]) => shown.map(({ key, place }) => `${key}${place}`).join(' ');

  it('gives one that comes the place of one that left, where its element stands', () => {
    const [places, whole] = [new RowPlaces(), {}];
    expect(said(places.take(['a', 'b', 'c'], whole))).toBe('a0 b1 c2');
    expect(said(places.take(['b', 'c', 'd'], whole))).toBe('d0 b1 c2');
    expect(said(places.take(['c', 'd', 'e'], whole))).toBe('d0 e1 c2');
    expect(said(places.take(['b', 'c', 'd'], whole))).toBe('d0 b1 c2');
  });

  it('makes places for more, and lets go of those that nobody needs', () => {
    const [places, whole] = [new RowPlaces(), {}];
    places.take(['a', 'b'], whole);
    expect(said(places.take(['b', 'c', 'd', 'e'], whole))).toBe('c0 b1 d2 e3');
    expect(said(places.take(['b'], whole))).toBe('b1');
    expect(said(places.take(['a', 'b'], whole))).toBe('b1 a0');
  });

  it('puts elements in order where rows are in another one, and lets each row keep its own', () => {
    const places = new RowPlaces();
    places.take(['a', 'b', 'c'], 1);
    places.take(['b', 'c', 'd'], 1);
    expect(said(places.take(['d', 'c', 'x'], 2))).toBe('d0 c2 x1');
  });
});
