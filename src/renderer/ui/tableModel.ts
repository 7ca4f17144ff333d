import type { ReactNode } from 'react';

/** One column of a table. Widths are CSS grid tracks; a column with the lowest `priority` goes first when room is short. */
export interface TableColumn<T> {
  id: string;
  title: string;
  /** Least width in px, used to decide what fits. */
  minWidth: number;
  /** Share of the room left over; 0 keeps the least width. */
  grow?: number;
  align?: 'start' | 'end';
  /** 0 is always shown; higher goes sooner. */
  priority?: number;
  cell(row: T): ReactNode;
  /** Absent: cannot be sorted by. Nulls come last in both directions. */
  sortBy?: (row: T) => string | number | null;
}

export interface TableSort {
  column: string;
  descending: boolean;
}

export interface TableGroup<T> {
  key: string;
  title: string;
  rows: readonly T[];
}

/** The columns that fit into `width` px, in their order: columns are left out by descending priority, the later first. */
export function fittingColumns<T>(columns: readonly TableColumn<T>[], width: number): readonly TableColumn<T>[] {
  const shown = new Set(columns);
  const needed = () => [...shown].reduce((sum, column) => sum + column.minWidth, 0);
  const candidates = [...columns].reverse().sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  for (const column of candidates) {
    if (needed() <= width || (column.priority ?? 0) === 0) break;
    shown.delete(column);
  }
  return columns.filter((column) => shown.has(column));
}

/** CSS grid tracks of the columns. */
export function columnTracks<T>(columns: readonly TableColumn<T>[]): string {
  return columns.map((column) => (column.grow ? `minmax(${column.minWidth}px, ${column.grow}fr)` : `${column.minWidth}px`)).join(' ');
}

// Made once: a table of a thousand rows compares ten thousand times.
const collator = new Intl.Collator('en', { numeric: true });

/** Compares two values of a column upwards: numbers by size, anything else as people count (`gpu-9` before `gpu-10`). */
export function compareValues(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

/** Reads a sort order of an address: `name`, or `-name` for descending. */
export function parseSort(value: string | undefined): TableSort | null {
  if (!value) return null;
  return value.startsWith('-') ? { column: value.slice(1), descending: true } : { column: value, descending: false };
}

/** Writes a sort order for an address. */
export function formatSort(sort: TableSort | null): string | undefined {
  return sort ? `${sort.descending ? '-' : ''}${sort.column}` : undefined;
}

/** What the virtual list shows: headings and rows in one sequence; `index` counts rows alone. */
export type TableItem<T> = { kind: 'group'; key: string; title: string; count: number } | TableItemRow<T>;
export interface TableItemRow<T> {
  kind: 'row';
  key: string;
  row: T;
  index: number;
}
