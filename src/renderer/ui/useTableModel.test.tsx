import { expect, it, vi } from 'vitest';
import { renderHook } from 'vitest-browser-react';
import type { TableColumn, TableGroup, TableSort } from './tableModel.ts';
import { type TableItem, useTableModel } from './useTableModel.ts';

interface Row {
  name: string;
  use: number | null;
}

const columns: TableColumn<Row>[] = [
  { id: 'name', title: 'Name', minWidth: 100, priority: 0, cell: () => null, sortBy: (row) => row.name },
  { id: 'use', title: 'Use', minWidth: 60, priority: 2, cell: () => null, sortBy: (row) => row.use },
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
const rowKey = (row: Row) => row.name;
const nothing: ReadonlySet<string> = new Set();

async function model(options: {
  sort?: TableSort;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  onSort?: (sort: TableSort | null) => void;
  width?: number;
}) {
  const { selected = nothing, sort = null, width = 500, onSort, onSelect } = options;
  const { result } = await renderHook(() => useTableModel({ columns, groups, rowKey, sort, onSort, selected, onSelect, width }));
  return result.current;
}

const names = (items: readonly TableItem<Row>[]) => items.map((item) => (item.kind === 'group' ? item.title : item.row.name));

it('counts rows apart from headings, and leaves out headings without a title', async () => {
  const { items, rows, itemOfRow } = await model({});
  expect(names(items)).toEqual(['A', 'x', 'y', 'z', 'w']);
  expect(items[0]).toMatchObject({ kind: 'group', count: 3 });
  expect(rows.map((row) => row.index)).toEqual([0, 1, 2, 3]);
  expect(itemOfRow).toEqual([1, 2, 3, 4]);
});

it('sorts within groups, with what is not known last in both directions', async () => {
  expect(names((await model({ sort: { column: 'use', descending: false } })).items)).toEqual(['A', 'x', 'z', 'y', 'w']);
  expect(names((await model({ sort: { column: 'use', descending: true } })).items)).toEqual(['A', 'z', 'x', 'y', 'w']);
});

it('passes over an order by a column that is not there', async () => {
  expect(names((await model({ sort: { column: 'gone', descending: true } })).items)).toEqual(['A', 'x', 'y', 'z', 'w']);
});

it('picks rows by their keys, never headings', async () => {
  const onSelect = vi.fn();
  const { rows } = await model({ selected: new Set(['x']), onSelect });
  rows[2]?.toggle();
  expect(onSelect).toHaveBeenCalledExactlyOnceWith(new Set(['x', 'z']));
});

it('a heading goes up, down, and back to how it was', async () => {
  const asked: (TableSort | null)[] = [];
  for (const sort of [undefined, { column: 'use', descending: false }, { column: 'use', descending: true }]) {
    const { table } = await model({ ...(sort ? { sort } : {}), onSort: (next) => asked.push(next) });
    table.getColumn('use')?.toggleSorting();
  }
  expect(asked).toEqual([{ column: 'use', descending: false }, { column: 'use', descending: true }, null]);
});

it('shows the columns that have room', async () => {
  expect((await model({ width: 500 })).shown.map((column) => column.id)).toEqual(['name', 'use']);
  expect((await model({ width: 110 })).shown.map((column) => column.id)).toEqual(['name']);
});
