import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useCallback, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cx } from './cx.ts';
import { TableHead } from './TableHead.tsx';
import { type RowEvents, TableRow } from './TableRow.tsx';
import { columnTracks, type TableColumn, type TableGroup, type TableSort } from './tableModel.ts';
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
  /** Height of a row in px. */
  rowHeight?: number;
  className?: string;
}

const noSelection: ReadonlySet<string> = new Set();
const groupHeight = 28;
const checkColumn = 28;

/**
 * A table of any length: only what is in view is rendered, columns are left out by priority where room is short, and the
 * keyboard moves, picks and opens. Rows are redrawn only when their object changed.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, groups, rowKey, sort = null, onSort, selected = noSelection, onSelect, onOpen, rowKeys, rowHeight = 32, className } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(() => window.innerWidth - 240);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const room = width - (onSelect ? checkColumn : 0) - 16;
  const { table, shown, items, rows, itemOfRow } = useTableModel({ columns, groups, rowKey, sort, onSort, selected, onSelect, width: room });
  const tracks = `${onSelect ? `${checkColumn}px ` : ''}${columnTracks(shown)}`;

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'group' ? groupHeight : rowHeight),
    overscan: 8,
    scrollPaddingStart: 30,
  });
  // Where headings lie is all that sizes depend on; live figures change rows several times a second and move none of them.
  const shape = groups.map((group) => `${group.title}:${group.rows.length}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are asked for anew when what they depend on changes.
  useLayoutEffect(() => virtualizer.measure(), [shape, rowHeight]);

  const toggle = (index: number) => rows[index]?.toggle();
  const picked = (from: number, to: number) => Object.fromEntries(rows.slice(from, to + 1).map(({ key }) => [key, true as const]));
  const range = (from: number, to: number) => table.setRowSelection((before) => ({ ...before, ...picked(Math.min(from, to), Math.max(from, to)) }));
  const all = () => table.setRowSelection(picked(0, rows.length));
  const clear = () => table.resetRowSelection(true);
  const open = (index: number) => {
    const item = rows[index];
    if (item) onOpen?.(item.row);
  };
  const keys = useListKeys({
    count: rows.length,
    reveal: (index) => virtualizer.scrollToIndex(itemOfRow[index] ?? 0, { align: 'auto' }),
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
  const toggleRow = useCallback((index: number) => handlers.current.toggle(index), []);
  const events = useMemo<RowEvents>(() => ({ click, toggle: toggleRow }), [click, toggleRow]);

  const allSelected = onSelect !== undefined && table.getIsAllRowsSelected();
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
      className={cx('group/table relative min-h-0 flex-1 overflow-auto px-4 pb-4 focus-visible:outline-none', className)}
    >
      <TableHead
        columns={shown}
        tracks={tracks}
        order={(column) => table.getColumn(column)?.getIsSorted() || null}
        onSort={onSort && ((column) => table.getColumn(column)?.toggleSorting())}
        selection={onSelect ? { all: allSelected, some: selected.size > 0, toggle: allSelected ? clear : all } : null}
      />
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((virtual) => {
          const item = items[virtual.index];
          if (!item) return null;
          const style = { transform: `translateY(${virtual.start}px)`, height: virtual.size };
          if (item.kind === 'group') {
            return (
              <div key={`group-${item.key}`} role="row" className="absolute inset-x-0 top-0 flex items-end pb-1 pl-2 text-xs text-faint" style={style}>
                <span role="gridcell">
                  {item.title} · {item.count}
                </span>
              </div>
            );
          }
          return (
            <TableRow
              key={item.key}
              id={`${id}-${item.index}`}
              row={item.row}
              index={item.index}
              columns={shown}
              tracks={tracks}
              top={virtual.start}
              height={virtual.size}
              selectable={onSelect !== undefined}
              selected={selected.has(item.key)}
              active={item.index === keys.active}
              opens={onOpen !== undefined}
              events={events}
            />
          );
        })}
      </div>
    </div>
  );
}
