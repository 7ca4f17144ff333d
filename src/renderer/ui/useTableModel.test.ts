import { expect, it, vi } from 'vitest';
import { renderHook } from 'vitest-browser-react';
import type { TableColumn, TableGroup, TableSort } from './tableModel.ts';
import { useTableModel } from './useTableModel.ts';

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
const rowKey = (row: Row) => row.name;

async function model(sort: TableSort | null, onSort?: (sort: TableSort | null) => void) {
  const options = { columns: rowColumns, groups, rowKey, sort, onSort, selected: new Set<string>(), onSelect: undefined, width: 500 };
  const { result } = await renderHook(() => useTableModel(options));
  return result.current;
}
const names = async (sort: TableSort | null) => (await model(sort)).items.map((item) => (item.kind === 'group' ? item.title : item.key));

it('counts rows apart from headings, and leaves out headings without a title', async () => {
  const { items, rows, itemOfRow } = await model(null);
  expect(await names(null)).toEqual(['A', 'x', 'y', 'z', 'w']);
  expect(items[0]).toMatchObject({ kind: 'group', count: 3 });
  expect(rows.map((row) => row.index)).toEqual([0, 1, 2, 3]);
  expect(itemOfRow).toEqual([1, 2, 3, 4]);
});

it('sorts within groups, with what is not known last in both directions', async () => {
  expect(await names({ column: 'use', descending: false })).toEqual(['A', 'x', 'z', 'y', 'w']);
  expect(await names({ column: 'use', descending: true })).toEqual(['A', 'z', 'x', 'y', 'w']);
});

it('passes over an order by a column that is not there', async () => {
  expect(await names({ column: 'gone', descending: true })).toEqual(['A', 'x', 'y', 'z', 'w']);
});

it('a heading goes up, down, and back to how it was', async () => {
  const asked = async (sort: TableSort | null) => {
    const onSort = vi.fn<(sort: TableSort | null) => void>();
    (await model(sort, onSort)).toggleSort('use');
    return onSort.mock.calls[0]?.[0];
  };
  expect(await asked({ column: 'name', descending: true })).toEqual({ column: 'use', descending: false });
  expect(await asked({ column: 'use', descending: false })).toEqual({ column: 'use', descending: true });
  expect(await asked({ column: 'use', descending: true })).toBeNull();
});
