import { describe, expect, it } from 'vitest';
import { type LiveRows, type RowFrame, StandingRows, type TableNow, type Window } from './standingRows.ts';
import type { TableItem } from './tableModel.ts';
import { offsetsOf } from './tableWindow.ts';

interface Thing {
  id: string;
  value: number;
}
const frame: RowFrame<Thing> = { id: 'table', columns: [], widths: [], tracks: '', selectable: true, opens: true };

function tableOf(ids: string, changes: Partial<TableNow<Thing>> = {}, value = 0): TableNow<Thing> {
  const items = [...ids].map((id, index): TableItem<Thing> => ({ kind: 'row', key: id, row: { id, value }, index }));
  return { frame, items, offsets: offsetsOf(items.map(() => 10)), order: ids, selected: new Set(), active: -1, live: undefined, ...changes };
}

/** What stands in the page, as elements stand: the row and its value. */
function said(rows: StandingRows<Thing>): string {
  return rows
    .get()
    .slots.map((slot) => `${slot.get().rowKey}${slot.get().row.value}`)
    .join(' ');
}

function shown(ids: string, window: Window, most = 100): StandingRows<Thing> {
  const rows = new StandingRows<Thing>(most);
  rows.show(tableOf(ids), window);
  return rows;
}

describe('rows that stand in the page', () => {
  it('are those in view, then the nearest, as many at once as is asked for', () => {
    const rows = shown('abcdefgh', [3, 5]);
    expect(said(rows)).toBe('d0 e0');
    expect(rows.fill(2)).toBe(true);
    expect(said(rows)).toBe('c0 d0 e0 f0');
    expect(rows.fill(100)).toBe(false);
    expect(said(rows)).toBe('a0 b0 c0 d0 e0 f0 g0 h0');
    expect(rows.get().order).toBeNull();
  });

  it('know where they are, how high, and whether they are picked or the keyboard is there', () => {
    const rows = new StandingRows<Thing>();
    rows.show(tableOf('abc', { selected: new Set(['b']), active: 1 }), [0, 3]);
    const drawn = rows.get().slots.map((slot) => slot.get());
    expect(drawn.map(({ top, height, index, selected, active }) => [top, height, index, selected, active])).toEqual([
      [0, 10, 0, false, false],
      [10, 10, 1, true, true],
      [20, 10, 2, false, false],
    ]);
  });

  it('stay when they are scrolled away, and are the same elements when they come back', () => {
    const rows = shown('abcdef', [0, 2]);
    const [first] = rows.get().slots;
    rows.scroll([4, 6]);
    expect(said(rows)).toBe('a0 b0 e0 f0');
    rows.scroll([0, 2]);
    expect(rows.get().slots[0]).toBe(first);
  });

  it('give their elements to others where there are too many, the furthest first', () => {
    const rows = shown('abcdef', [0, 2], 4);
    expect(rows.fill(100)).toBe(false);
    expect(said(rows)).toBe('a0 b0 c0 d0');
    const [first, second] = rows.get().slots;
    rows.scroll([4, 6]);
    expect([...said(rows).split(' ')].sort()).toEqual(['c0', 'd0', 'e0', 'f0']);
    expect(rows.get().slots).toContain(first);
    expect(rows.get().slots).toContain(second);
    // Their elements stand before those of rows above.
    expect(rows.get().order).toEqual([2, 3, 4, 5]);
  });

  it('leave with their row', () => {
    const rows = shown('abcd', [0, 4]);
    rows.show(tableOf('ad'), [0, 2]);
    expect(said(rows)).toBe('a0 d0');
    expect(rows.has('b')).toBe(false);
  });

  it('are moved in the page only where they are in view', () => {
    const rows = shown('abcdef', [0, 2]);
    rows.fill(100);
    rows.show(tableOf('fedcba'), [0, 2]);
    expect(said(rows)).toBe('a0 b0 c0 d0 f0 e0');
    expect(rows.get().order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows.get().slots.map((slot) => slot.get().index)).toEqual([5, 4, 3, 2, 0, 1]);
  });

  it('that are out of view leave where the columns are others, as drawing all of them takes long', () => {
    const rows = shown('abcd', [0, 2]);
    rows.fill(100);
    rows.show(tableOf('abcd', { frame: { ...frame, tracks: '10px' } }), [0, 2]);
    expect(said(rows)).toBe('a0 b0');
    expect(rows.fill(100)).toBe(false);
    expect(said(rows)).toBe('a0 b0 c0 d0');
  });
});

describe('what changed', () => {
  it('is drawn in view at once, and out of view when it comes into view', () => {
    const rows = shown('abcd', [0, 2]);
    rows.fill(100);
    rows.show(tableOf('abcd', {}, 1), [0, 2]);
    expect(said(rows)).toBe('a1 b1 c0 d0');
    rows.scroll([2, 4]);
    expect(said(rows)).toBe('a1 b1 c1 d1');
  });

  it('of picked rows is drawn out of view too', () => {
    const rows = shown('abcd', [0, 2]);
    rows.fill(100);
    rows.show(tableOf('abcd', { selected: new Set('abcd') }), [0, 2]);
    expect(rows.get().slots.every((slot) => slot.get().selected)).toBe(true);
  });

  it('waits where it may until it is asked for, some at a time; what may not wait comes with the row', () => {
    const now = new Map<string, Thing>();
    // Under ten it is a figure, from ten on another state.
    const live: LiveRows<Thing> = { subscribe: () => () => {}, rowOf: (key) => now.get(key), mayWait: (_, { value }) => value < 10 };
    const rows = new StandingRows<Thing>();
    rows.show(tableOf('abcdef', { live }), [0, 2]);
    rows.fill(100);
    for (const id of 'cdef') now.set(id, { id, value: id === 'e' ? 10 : 1 });
    rows.scroll([2, 6]);
    expect(said(rows)).toBe('a0 b0 c0 d0 e10 f0');
    expect(rows.refresh(2)).toBe(true);
    expect(said(rows)).toBe('a0 b0 c1 d1 e10 f0');
    expect(rows.refresh(2)).toBe(false);
    expect(said(rows)).toBe('a0 b0 c1 d1 e10 f1');
  });

  it('waits where it may also where the list is another', () => {
    const now = new Map<string, Thing>();
    const live: LiveRows<Thing> = { subscribe: () => () => {}, rowOf: (key) => now.get(key), mayWait: (_, { value }) => value < 10 };
    const rows = new StandingRows<Thing>();
    rows.show(tableOf('abc', { live }), [0, 3]);
    now.set('a', { id: 'a', value: 1 });
    now.set('b', { id: 'b', value: 10 });
    rows.show(tableOf('ab', { live }), [0, 2]);
    expect(said(rows)).toBe('a0 b10');
    rows.refresh(10);
    expect(said(rows)).toBe('a1 b10');
  });

  it('is told to the element that shows it, and to no other', () => {
    const rows = new StandingRows<Thing>();
    const table = tableOf('ab');
    rows.show(table, [0, 2]);
    const told: string[] = [];
    for (const slot of rows.get().slots) slot.subscribe(() => told.push(slot.get().rowKey));
    const [first, second] = table.items;
    if (first?.kind !== 'row' || second?.kind !== 'row') throw new Error('these are rows');
    rows.show({ ...table, items: [first, { ...second, row: { id: 'b', value: 5 } }] }, [0, 2]);
    expect(told).toEqual(['b']);
  });
});
