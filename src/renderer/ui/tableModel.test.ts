import { describe, expect, it } from 'vitest';
import {
  columnTracks,
  compareValues,
  fittingColumns,
  formatSort,
  nextSort,
  parseSort,
  type TableColumn,
  type TableGroup,
  type TableSort,
  tableSequence,
} from './tableModel.ts';
import { moveInList } from './useListKeys.ts';

const column = (id: string, minWidth: number, priority: number): TableColumn<string> => ({ id, title: id, minWidth, priority, cell: () => null });
const columns = [column('name', 100, 0), column('load', 60, 4), column('temp', 60, 1), column('spark', 80, 4)];

describe('fittingColumns', () => {
  const ids = (width: number) => fittingColumns(columns, width).map((each) => each.id);
  it('keeps all where there is room', () => expect(ids(300)).toEqual(['name', 'load', 'temp', 'spark']));
  it('leaves out the least important first, the later of equals', () => {
    expect(ids(299)).toEqual(['name', 'load', 'temp']);
    expect(ids(219)).toEqual(['name', 'temp']);
  });
  it('never leaves out what is always shown', () => expect(ids(10)).toEqual(['name']));
});

it('orders numbers inside words, and numbers by size', () => {
  expect(['gpu-10', 'gpu-9'].sort(compareValues)).toEqual(['gpu-9', 'gpu-10']);
  expect([10, 9].sort(compareValues)).toEqual([9, 10]);
});

it('writes and reads an order as part of an address', () => {
  for (const sort of [null, { column: 'util', descending: true }, { column: 'util', descending: false }]) expect(parseSort(formatSort(sort))).toEqual(sort);
});

it('tracks grow only where they may', () => expect(columnTracks([{ ...column('a', 10, 0), grow: 2 }, column('b', 20, 0)])).toBe('minmax(10px, 2fr) 20px'));

it('keys of movement stay within the list', () => {
  expect(moveInList('j', 4, 5)).toBe(4);
  expect(moveInList('k', 0, 5)).toBe(0);
  expect(moveInList('PageDown', 0, 5)).toBe(4);
  expect(moveInList('q', 0, 5)).toBeNull();
});

interface Row {
  name: string;
  use: number | null;
}
const rowColumns: TableColumn<Row>[] = [
  { id: 'name', title: 'Name', minWidth: 100, cell: () => null, sortBy: (row) => row.name },
  { id: 'use', title: 'Use', minWidth: 60, cell: () => null, sortBy: (row) => row.use },
];
const groups: TableGroup<Row>[] = [
  {
    key: 'a',
    title: 'A',
    rows: [
      { name: 'x', use: 2 },
      { name: 'y', use: null },
      { name: 'z', use: 10 },
    ],
  },
  { key: 'b', title: '', rows: [{ name: 'w', use: 1 }] },
];
const sequence = (sort: TableSort | null) => tableSequence(rowColumns, groups, (row) => row.name, sort);
const names = (sort: TableSort | null) => sequence(sort).items.map((item) => (item.kind === 'group' ? item.title : item.key));

it('counts rows apart from headings, and leaves out headings without a title', () => {
  const { items, rows, itemOfRow } = sequence(null);
  expect(names(null)).toEqual(['A', 'x', 'y', 'z', 'w']);
  expect(items[0]).toMatchObject({ kind: 'group', count: 3 });
  expect(rows.map((row) => row.index)).toEqual([0, 1, 2, 3]);
  expect(itemOfRow).toEqual([1, 2, 3, 4]);
});

it('sorts within groups, with what is not known last in both directions', () => {
  expect(names({ column: 'use', descending: false })).toEqual(['A', 'x', 'z', 'y', 'w']);
  expect(names({ column: 'use', descending: true })).toEqual(['A', 'z', 'x', 'y', 'w']);
});

it('passes over an order by a column that is not there', () => {
  expect(names({ column: 'gone', descending: true })).toEqual(['A', 'x', 'y', 'z', 'w']);
});

it('a heading goes up, down, and back to how it was', () => {
  const up = nextSort({ column: 'name', descending: true }, 'use');
  expect(up).toEqual({ column: 'use', descending: false });
  expect(nextSort(up, 'use')).toEqual({ column: 'use', descending: true });
  expect(nextSort(nextSort(up, 'use'), 'use')).toBeNull();
});
