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
  /** What stands in the cell; `room` is its width in px within the padding. A cell does not clip: what may be too long is cut by `cutToFit`. */
  cell(row: T, room: number): ReactNode;
  /** Classes of the cell itself; in place of an element of its own for all that stands in it. */
  look?(row: T): string | false;
  /** What is said on hover over the cell. */
  hint?(row: T): string | undefined;
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

/** How wide columns are in `width` px: what they need, and what is left over by their shares. Whole px, so that figures do not blur. */
export function columnWidths<T>(columns: readonly TableColumn<T>[], width: number): number[] {
  const sum = (figure: (column: TableColumn<T>) => number) => columns.reduce((total, column) => total + figure(column), 0);
  const shares = sum(({ grow = 0 }) => grow);
  const left = Math.max(0, width - sum(({ minWidth }) => minWidth));
  return columns.map(({ minWidth, grow = 0 }) => minWidth + (shares === 0 ? 0 : Math.floor((left * grow) / shares)));
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
