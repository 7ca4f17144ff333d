import { type KeyboardEvent, type MouseEvent, useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cx } from './cx.ts';
import type { LiveRows, RowFrame } from './standingRows.ts';
import { TableBody } from './TableBody.tsx';
import { TableHead } from './TableHead.tsx';
import type { RowEvents } from './TableRow.tsx';
import { columnWidths, type TableColumn, type TableGroup, type TableSort } from './tableModel.ts';
import { offsetsOf, scrolledTo } from './tableWindow.ts';
import { useFaces } from './textWidth.ts';
import { useListKeys } from './useListKeys.ts';
import { useTableModel } from './useTableModel.ts';

interface DataTableProps<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  groups: readonly TableGroup<T>[];
  rowKey(row: T): string;
  sort?: TableSort | null;
  onSort?: (sort: TableSort | null) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  onOpen?: (row: T) => void;
  /** What further keys do with the row that the keyboard stands on. */
  rowKeys?: Readonly<Record<string, (row: T) => void>>;
  /** Rows as they are now; absent: as they are in `groups`. */
  live?: LiveRows<T>;
  /** Height of a row in px. */
  rowHeight?: number;
  className?: string;
}

const noSelection: ReadonlySet<string> = new Set();
const groupHeight = 28;
const headHeight = 29;
const checkColumn = 28;
/** Of the table, at either side. */
const sidePadding = 16;

/** The room that a table has, in px; guessed until it is known. */
function useRoom(scroller: { current: HTMLDivElement | null }): { width: number; height: number } {
  const [room, setRoom] = useState(() => ({ width: window.innerWidth - 240, height: window.innerHeight }));
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return room;
}

/** The first of lists that say the same. */
function useSame(list: readonly string[]): readonly string[] {
  const kept = useRef(list);
  if (list.length !== kept.current.length || list.some((each, index) => each !== kept.current[index])) kept.current = list;
  return kept.current;
}

/**
 * A table of any length: only what is in view is rendered, columns are left out by priority where room is short, and the
 * keyboard moves, picks and opens. Rows are redrawn only when their object changed.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, groups, rowKey, sort = null, onSort, selected = noSelection, onSelect, onOpen, rowKeys, live, rowHeight = 32, className } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { width, height } = useRoom(scroller);
  const room = width - (onSelect ? checkColumn : 0) - 2 * sidePadding;
  const { shown, items, rows, itemOfRow, toggleSort, toggleRow } = useTableModel({ columns, groups, rowKey, sort, onSort, selected, onSelect, width: room });
  const faces = useFaces();
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other faces what fits is another.
  const widths = useMemo(() => columnWidths(shown, room), [shown, room, faces]);
  const selectable = onSelect !== undefined;
  const opens = onOpen !== undefined;
  const tracks = [...(onSelect ? [checkColumn] : []), ...widths].map((px) => `${px}px`).join(' ');
  const frame = useMemo<RowFrame<T>>(() => ({ id, columns: shown, widths, tracks, selectable, opens }), [id, shown, widths, tracks, selectable, opens]);
  const offsets = useMemo(() => offsetsOf(items.map(({ kind }) => (kind === 'group' ? groupHeight : rowHeight))), [items, rowHeight]);

  const order = useSame(useMemo(() => rows.map(({ key }) => key), [rows]));

  const pick = (keys: Iterable<string>) => onSelect?.(new Set(keys));
  const keysFrom = (from: number, to: number) => rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ key }) => key);
  const toggle = (index: number) => {
    const key = rows[index]?.key;
    if (key !== undefined) toggleRow(key);
  };
  const range = (from: number, to: number) => pick([...selected, ...keysFrom(from, to)]);
  const all = () => pick(keysFrom(0, rows.length));
  const clear = () => pick([]);
  const open = (index: number) => {
    const item = rows[index];
    if (item) onOpen?.(item.row);
  };
  const reveal = (index: number) => {
    const item = itemOfRow[index] ?? 0;
    // The first of a group comes with its heading.
    const start = offsets[items[item - 1]?.kind === 'group' ? item - 1 : item] ?? 0;
    const element = scroller.current;
    if (element) element.scrollTop = scrolledTo(start, offsets[item + 1] ?? 0, element.scrollTop, element.clientHeight - headHeight);
  };
  const keys = useListKeys({
    count: rows.length,
    reveal,
    open: onOpen && open,
    toggle: onSelect && toggle,
    range: onSelect && range,
    all: onSelect && all,
    clear: onSelect && (() => selected.size > 0 && clear()),
  });

  const onRowKey = (event: KeyboardEvent) => {
    const act = rowKeys?.[event.key];
    const item = rows[keys.active];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || act === undefined || item === undefined) return;
    if ((event.target as HTMLElement).closest('input, textarea, select')) return;
    event.preventDefault();
    act(item.row);
  };

  // Rows are memoised, so what they call must not change with every render.
  const handlers = useRef<RowEvents>({ click: () => {}, toggle: () => {} });
  handlers.current = {
    click(index, event) {
      // What a menu of the row shows stands elsewhere on the page; React hands its clicks on all the same.
      if (!event.currentTarget.contains(event.target as Node)) return;
      if ((event.target as HTMLElement).closest('a, button, input, [role="checkbox"]')) return;
      if (event.shiftKey && onSelect) range(Math.max(0, keys.active), index);
      else if ((event.ctrlKey || event.metaKey) && onSelect) toggle(index);
      else open(index);
      keys.setActive(index);
    },
    toggle(index) {
      toggle(index);
      keys.setActive(index);
    },
  };
  const click = useCallback((index: number, event: MouseEvent) => handlers.current.click(index, event), []);
  const toggleAt = useCallback((index: number) => handlers.current.toggle(index), []);
  const events = useMemo<RowEvents>(() => ({ click, toggle: toggleAt }), [click, toggleAt]);

  const allSelected = onSelect !== undefined && rows.length > 0 && selected.size >= rows.length && rows.every(({ key }) => selected.has(key));
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={onSelect ? true : undefined}
      aria-activedescendant={keys.active >= 0 ? `${id}-${keys.active}` : undefined}
      tabIndex={0}
      data-list
      onKeyDown={(event) => {
        if (!event.currentTarget.contains(event.target as Node)) return;
        keys.onKeyDown(event);
        onRowKey(event);
      }}
      onFocus={(event) => event.target === event.currentTarget && keys.active < 0 && keys.setActive(0)}
      // Opaque, so that it is scrolled without being drawn again.
      className={cx('group/table relative min-h-0 flex-1 overflow-auto bg-bg px-4 pb-4 focus-visible:outline-none', className)}
    >
      <TableHead
        columns={shown}
        tracks={tracks}
        sort={sort}
        onSort={onSort && toggleSort}
        selection={onSelect ? { all: allSelected, some: selected.size > 0, toggle: allSelected ? clear : all } : null}
      />
      <TableBody
        scroller={scroller}
        height={height}
        lowest={Math.min(groupHeight, rowHeight)}
        frame={frame}
        items={items}
        offsets={offsets}
        order={order}
        selected={selected}
        active={keys.active}
        live={live}
        events={events}
      />
    </div>
  );
}
