import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { type RowEvents, TableRow } from './TableRow.tsx';
import type { TableColumn, TableItem } from './tableModel.ts';
import { RowPlaces, windowOf } from './tableWindow.ts';

/** Rows as they are now, by key: what they show may change more often than the list that they are in is put together. */
export interface LiveRows<T> {
  subscribe(listener: () => void): () => void;
  /** Another object whenever a row may be another. */
  get(): unknown;
  rowOf(key: string): T | undefined;
}

interface TableBodyProps<T> {
  /** What scrolls; `height` is how much of it is seen. */
  scroller: RefObject<HTMLDivElement | null>;
  height: number;
  items: readonly TableItem<T>[];
  /** Another object where rows are others, or in another order. */
  whole: unknown;
  /** Where each item begins, and where the last ends. */
  offsets: readonly number[];
  /** Height of the lowest item in px. */
  lowest: number;
  live: LiveRows<T> | undefined;
  id: string;
  columns: readonly TableColumn<T>[];
  widths: readonly number[];
  tracks: string;
  selected: ReadonlySet<string>;
  selectable: boolean;
  active: number;
  opens: boolean;
  events: RowEvents;
}

const still = () => () => {};
const nothing = () => null;

/** How far it is scrolled, in px; a component that asks is drawn anew whenever `first`, made of that, is another. */
function useScrolled(scroller: RefObject<HTMLDivElement | null>, first: (top: number) => number): number {
  const top = useRef(0);
  const latest = useRef(first);
  latest.current = first;
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  // The element around this is known only after the layout effects of what is in it.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const before = latest.current(top.current);
      top.current = element.scrollTop;
      // Rows are there in the frame that shows them.
      if (latest.current(top.current) !== before) flushSync(draw);
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller]);
  return top.current;
}

/** The rows in view. Scrolling redraws no more than those that come, in the places of those that left. */
export function TableBody<T>({ scroller, height, items, whole, offsets, lowest, live, id, selected, active, ...rest }: TableBodyProps<T>) {
  useSyncExternalStore(live?.subscribe ?? still, live?.get ?? nothing);
  const [places] = useState(() => new RowPlaces());
  const scrolled = useScrolled(scroller, (top) => windowOf(offsets, top, height, lowest)[0]);
  const [from, to] = windowOf(offsets, scrolled, height, lowest);
  const shown = items.slice(from, to);
  const rows = new Map(shown.flatMap((item, index) => (item.kind === 'row' ? [[item.key, { item, at: from + index }]] : [])));
  const placed = places.take([...rows.keys()], whole);

  // The keyboard does not stay on a row that left: it would act on the one that has taken its place.
  const focused = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (focused.current === null || rows.has(focused.current)) return;
    focused.current = null;
    if (scroller.current?.contains(document.activeElement)) scroller.current.focus({ preventScroll: true });
  });
  const boxOf = (at: number) => ({ top: offsets[at] ?? 0, height: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) });
  return (
    <div
      role="rowgroup"
      // Elements stand otherwise while it is scrolled.
      aria-owns={[...rows.values()].map(({ item }) => `${id}-${item.index}`).join(' ')}
      className="relative"
      style={{ height: offsets.at(-1) ?? 0 }}
      onFocus={(event) => {
        focused.current = event.target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null;
      }}
      onBlur={() => {
        focused.current = null;
      }}
    >
      {shown.map(
        (item, index) =>
          item.kind === 'group' && (
            <div key={item.key} role="row" className="absolute inset-x-0 flex items-end pb-1 pl-2 text-xs text-faint" style={boxOf(from + index)}>
              <span role="gridcell">
                {item.title} · {item.count}
              </span>
            </div>
          ),
      )}
      {placed.map(({ key, place }) => {
        const row = rows.get(key);
        if (row === undefined) return null;
        const { item, at } = row;
        return (
          <TableRow
            key={place}
            {...rest}
            {...boxOf(at)}
            id={`${id}-${item.index}`}
            rowKey={key}
            row={live?.rowOf(key) ?? item.row}
            index={item.index}
            selected={selected.has(key)}
            active={item.index === active}
          />
        );
      })}
    </div>
  );
}
