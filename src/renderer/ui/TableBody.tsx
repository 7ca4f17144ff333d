import { memo, type RefObject, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { whenIdle } from './idle.ts';
import { StandingRows, type TableNow } from './standingRows.ts';
import { type RowEvents, TableRow } from './TableRow.tsx';
import { windowOf } from './tableWindow.ts';

interface TableBodyProps<T> extends TableNow<T> {
  /** What scrolls; `height` is how much of it is seen. */
  scroller: RefObject<HTMLDivElement | null>;
  height: number;
  /** Height of the lowest item in px. */
  lowest: number;
  events: RowEvents;
}

/** Scrolling rests when there was none for so long; until then, what changed is drawn so often: nobody reads figures that pass by. */
const [restMs, passingMs] = [100, 2_900];
/** Rows out of view are made when the table has stood for so long. */
const standMs = 1_000;
/** Rows that are drawn again in one frame; and that are made at once when there is nothing else to do. */
const [drawnAtOnce, madeAtOnce] = [14, 4];

/** Draws what changed of rows, some in each frame, and makes rows that are out of view in time that nothing else needs. */
function createPace<T>(rows: StandingRows<T>) {
  let frame = 0;
  let cancelFill = () => {};
  let resting: ReturnType<typeof setTimeout> | undefined;
  let standing: ReturnType<typeof setTimeout> | undefined;
  let drawnMs = 0;
  const draw = () => {
    drawnMs = performance.now();
    frame = rows.refresh(drawnAtOnce) ? requestAnimationFrame(draw) : 0;
  };
  const request = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const fill = () => {
    if (rows.fill(madeAtOnce)) cancelFill = whenIdle(fill);
  };
  /** There may be rows to make. */
  const others = () => {
    clearTimeout(standing);
    cancelFill();
    standing = setTimeout(fill, standMs);
  };
  return {
    others,
    /** Rows may be others. */
    changed() {
      if (resting === undefined || performance.now() - drawnMs > passingMs) request();
    },
    scrolled() {
      others();
      clearTimeout(resting);
      resting = setTimeout(() => {
        resting = undefined;
        request();
      }, restMs);
    },
    stop() {
      cancelAnimationFrame(frame);
      cancelFill();
      clearTimeout(resting);
      clearTimeout(standing);
      frame = 0;
    },
  };
}

const Row = memo(TableRow) as typeof TableRow;

/** The rows. Those once made stay in the page, so that scrolling draws no more than what changed of rows that come into view. */
export function TableBody<T>({ scroller, height, lowest, events, ...table }: TableBodyProps<T>) {
  const { frame, items, offsets, live } = table;
  const [rows] = useState(() => new StandingRows<T>());
  const [pace] = useState(() => createPace(rows));
  const { slots, order } = useSyncExternalStore(rows.subscribe, rows.get);
  /** The row with the keyboard in it: where it leaves the page, its element may become another's, on which nobody meant to act. */
  const focused = useRef<string | null>(null);
  const top = useRef(0);
  const view = () => windowOf(offsets, top.current, height, lowest);
  const keepFocus = () => {
    if (focused.current === null || rows.has(focused.current)) return;
    focused.current = null;
    scroller.current?.focus({ preventScroll: true });
  };
  const scrolled = useRef(() => {});
  scrolled.current = () => {
    rows.scroll(view());
    pace.scrolled();
    keepFocus();
  };

  useLayoutEffect(() => {
    rows.show(table, view());
    pace.changed();
    keepFocus();
  });
  useEffect(() => live?.subscribe(pace.changed), [live, pace]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with others of these there may be rows to make.
  useEffect(pace.others, [frame, items]);
  useEffect(() => pace.stop, [pace]);
  // The element around this is known only after the layout effects of what is in it.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      top.current = element.scrollTop;
      scrolled.current();
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller]);

  return (
    <div
      role="rowgroup"
      aria-owns={order?.map((index) => `${frame.id}-${index}`).join(' ')}
      // What is in a perspective is painted whole, and not in part again whenever much was scrolled.
      className="relative perspective-[9999px]"
      style={{ height: offsets.at(-1) ?? 0 }}
      onFocus={(event) => {
        focused.current = event.target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? null;
      }}
      onBlur={() => {
        focused.current = null;
      }}
    >
      {items.map(
        (item, at) =>
          item.kind === 'group' && (
            <div
              key={item.key}
              role="row"
              className="absolute inset-x-0 flex items-end pb-1 pl-2 text-xs text-faint"
              style={{ top: offsets[at], height: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) }}
            >
              <span role="gridcell">
                {item.title} · {item.count}
              </span>
            </div>
          ),
      )}
      {slots.map((slot) => (
        <Row key={slot.id} slot={slot} events={events} />
      ))}
    </div>
  );
}
