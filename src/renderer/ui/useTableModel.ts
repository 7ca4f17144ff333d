import {
  type ColumnDef,
  columnGroupingFeature,
  columnVisibilityFeature,
  createExpandedRowModel,
  createGroupedRowModel,
  createSortedRowModel,
  functionalUpdate,
  rowExpandingFeature,
  rowSelectionFeature,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { compareValues, fittingColumns, type TableColumn, type TableGroup, type TableItem, type TableItemRow, type TableSort } from './tableModel.ts';

const features = tableFeatures({
  columnVisibilityFeature,
  columnGroupingFeature,
  rowSortingFeature,
  rowExpandingFeature,
  rowSelectionFeature,
  groupedRowModel: createGroupedRowModel(),
  sortedRowModel: createSortedRowModel(),
  expandedRowModel: createExpandedRowModel(),
});

interface Entry<T> {
  row: T;
  group: TableGroup<T>;
}
type Features = typeof features;
type Column<T> = ColumnDef<Features, Entry<T>>;

/** Id of the column that rows are grouped by; it is never shown. */
const groupColumn = '(group)';
const grouping = [groupColumn];

interface TableModelOptions<T> {
  columns: readonly TableColumn<T>[];
  groups: readonly TableGroup<T>[];
  rowKey(row: T): string;
  sort: TableSort | null;
  onSort: ((sort: TableSort | null) => void) | undefined;
  selected: ReadonlySet<string>;
  onSelect: ((selected: ReadonlySet<string>) => void) | undefined;
  /** Room for columns in px; those that do not fit are hidden by priority. */
  width: number;
}

/** A table as it is shown. */
export interface TableModel<T> {
  /** The columns that have room, in order; the same array until that changes. */
  shown: readonly TableColumn<T>[];
  items: readonly TableItem<T>[];
  /** The rows among the items, in order. */
  rows: readonly TableItemRow<T>[];
  /** Place of each row among the items. */
  itemOfRow: readonly number[];
  /** Sorts by a column: up, down, then as it was. */
  toggleSort(column: string): void;
  toggleRow(key: string): void;
}

const byValue: SortFn<Features, Entry<unknown>> = (a, b, id) => compareValues(a.getValue<string | number>(id), b.getValue<string | number>(id));

function columnDefinitions<T>(columns: readonly TableColumn<T>[]): Column<T>[] {
  const group: Column<T> = { id: groupColumn, accessorFn: (entry) => entry.group.key, enableSorting: false };
  return [
    group,
    ...columns.map(
      ({ id, sortBy }): Column<T> => ({
        id,
        accessorFn: (entry) => sortBy?.(entry.row) ?? undefined,
        enableSorting: sortBy !== undefined,
        sortFn: byValue as SortFn<Features, Entry<T>>,
        // What is not known comes last in both directions.
        sortUndefined: 'last',
        sortDescFirst: false,
      }),
    ),
  ];
}

/** Sorts, groups, selects and hides with TanStack Table; order, selection and groups belong to who shows the table. */
export function useTableModel<T>({ columns, groups, rowKey, sort, onSort, selected, onSelect, width }: TableModelOptions<T>): TableModel<T> {
  const definitions = useMemo(() => columnDefinitions(columns), [columns]);
  const data = useMemo(() => groups.flatMap((group) => group.rows.map((row): Entry<T> => ({ row, group }))), [groups]);
  const fitting = fittingColumns(columns, width)
    .map((column) => column.id)
    .join(' ');
  const columnVisibility = useMemo(() => {
    const shown = new Set(fitting.split(' '));
    return { [groupColumn]: false, ...Object.fromEntries(columns.map(({ id }) => [id, shown.has(id)])) };
  }, [columns, fitting]);
  const sorting = useMemo(
    () => (sort && columns.some((column) => column.id === sort.column) ? [{ id: sort.column, desc: sort.descending }] : []),
    [columns, sort],
  );
  const rowSelection = useMemo(() => Object.fromEntries([...selected].map((key) => [key, true as const])), [selected]);

  const table = useTable<Features, Entry<T>>({
    features,
    columns: definitions,
    data,
    getRowId: (entry) => rowKey(entry.row),
    state: { sorting, grouping, columnVisibility, rowSelection, expanded: true },
    autoResetAll: false,
    enableRowSelection: onSelect !== undefined,
    enableSorting: true,
    onSortingChange(updater) {
      const [first] = functionalUpdate(updater, sorting);
      onSort?.(first ? { column: first.id, descending: first.desc } : null);
    },
    onRowSelectionChange(updater) {
      const next = functionalUpdate(updater, rowSelection);
      onSelect?.(new Set(Object.keys(next).filter((key) => next[key])));
    },
  });

  const modelRows = table.getRowModel().rows;
  const sequence = useMemo(() => {
    const items: TableItem<T>[] = [];
    const rows: TableItemRow<T>[] = [];
    const itemOfRow: number[] = [];
    for (const row of modelRows) {
      const { group, row: original } = row.original;
      if (row.getIsGrouped()) {
        // A group without a title has no heading.
        if (group.title) items.push({ kind: 'group', key: group.key, title: group.title, count: row.subRows.length });
        continue;
      }
      const item: TableItemRow<T> = { kind: 'row', key: row.id, row: original, index: rows.length };
      itemOfRow.push(items.length);
      rows.push(item);
      items.push(item);
    }
    return { items, rows, itemOfRow };
  }, [modelRows]);
  const visible = table.getVisibleLeafColumns();
  const shown = useMemo(() => {
    const byId = new Map(columns.map((column) => [column.id, column]));
    return visible.flatMap(({ id }) => byId.get(id) ?? []);
  }, [columns, visible]);
  return {
    ...{ shown, ...sequence },
    toggleSort: (column) => table.getColumn(column)?.toggleSorting(),
    toggleRow: (key) => table.getRow(key).toggleSelected(),
  };
}
