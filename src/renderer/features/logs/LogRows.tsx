import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import { type HeldLine, lowerBound } from './heldLines.ts';
import { LogRow, prefixChars, type RowLook, shownChars } from './LogRow.tsx';
import { RowHeights, rowPx } from './rowHeights.ts';

/** What a viewer can ask of its rows. */
export interface LogRowsHandle {
  /** Brings a line into the middle of the view. */
  show(line: HeldLine, where?: 'middle' | 'nearest' | 'top'): void;
  /** The first line in view. */
  first(): HeldLine | null;
  last(): HeldLine | null;
  focus(): void;
}

interface LogRowsProps {
  ref: Ref<LogRowsHandle>;
  lines: readonly HeldLine[];
  /** Grows when lines changed in place. */
  version: number;
  label: string;
  look: RowLook;
  isFollowing: boolean;
  onFollow(isFollowing: boolean): void;
  current: HeldLine | null;
  onCurrent(line: HeldLine): void;
  expanded: ReadonlySet<number>;
  onToggle(line: HeldLine): void;
  /** The end of what is held was come to while not following. */
  onEnd(): void;
  /** Marks it as the list that j and k go to. */
  isMain: boolean;
}

const overscanPx = 240;
const paddingPx = 6;

/** Lines, of which only those in view are drawn. Follows the end, or stays at the line that is looked at, whatever comes before or after it. */
export function LogRows(props: LogRowsProps) {
  const { ref, lines, version, label, look, isFollowing, onFollow, current, onCurrent, expanded, onToggle, onEnd, isMain } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ height: 0, columns: 120 });
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const lastTop = useRef(0);
  const measured = useRef(new Map<number, number>());
  const measuredFor = useRef('');
  const heights = useMemo(() => new RowHeights(), []);
  const anchor = useRef<{ line: HeldLine; offset: number } | null>(null);
  const filled = useRef<{ lines: readonly HeldLine[]; first: HeldLine | undefined; last: HeldLine | undefined; key: string } | null>(null);
  const layoutKey = look.wrap ? `${view.columns}` : 'one';
  const before = prefixChars(look);
  const columns = Math.max(20, view.columns - before);

  if (measuredFor.current !== layoutKey) {
    measuredFor.current = layoutKey;
    measured.current.clear();
  }
  const isUniform = !look.wrap && expanded.size === 0 && measured.current.size === 0;
  const heightOf = (line: HeldLine) => {
    const known = measured.current.get(line.id);
    if (known !== undefined) return known;
    return look.wrap ? rowPx * Math.max(1, Math.ceil(Math.min(line.plain.length, shownChars) / columns)) : rowPx;
  };
  // What was only appended to is summed on from where it was.
  const last = filled.current;
  const isSame = last !== null && last.lines === lines && last.key === layoutKey && last.first === lines[0] && lines[heights.count - 1] === last.last;
  const from = isSame && version >= 0 ? heights.count : 0;
  if (!isUniform) heights.fill(lines, heightOf, from);
  filled.current = { lines, first: lines[0], last: lines.at(-1), key: isUniform ? 'uniform' : layoutKey };
  const totalPx = isUniform ? lines.length * rowPx : heights.totalPx;
  const topOf = (index: number) => (isUniform ? index * rowPx : heights.topOf(index));
  const indexAt = (px: number) => (isUniform ? Math.min(Math.max(0, Math.floor(px / rowPx)), Math.max(0, lines.length - 1)) : heights.indexAt(Math.max(0, px)));

  const anchored = () => {
    if (anchor.current === null) return 0;
    const { line, offset } = anchor.current;
    const index = lowerBound(lines, line);
    return topOf(index) + paddingPx + (lines[index] === line ? offset : 0);
  };
  const top = isFollowing ? Math.max(0, totalPx + 2 * paddingPx - view.height) : anchored();
  const start = indexAt(top - overscanPx);
  const end = Math.min(lines.length, indexAt(top + view.height + overscanPx) + 1);
  const rows = lines.slice(start, end);
  // As wide as the longest in view; asking the browser for it would lay everything out twice.
  const longest = look.wrap ? 0 : rows.reduce((most, line) => Math.max(most, Math.min(line.plain.length, shownChars)), 0) + before + 3;

  const remember = (element: HTMLElement) => {
    const index = indexAt(element.scrollTop - paddingPx);
    const line = lines[index];
    anchor.current = line === undefined ? null : { line, offset: element.scrollTop - paddingPx - topOf(index) };
  };
  // The line that is looked at stays where it is, or the end does; heights that turn out otherwise are taken up before anything is seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only these move lines.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (isFollowing) {
      element.scrollTop = element.scrollHeight;
      remember(element);
    } else {
      const wanted = anchored();
      if (Math.abs(element.scrollTop - wanted) >= 1) element.scrollTop = wanted;
    }
    lastTop.current = element.scrollTop;
  }, [lines, version, isFollowing, totalPx]);
  useLayoutEffect(() => {
    if (isUniform && expanded.size === 0) return;
    let isChanged = false;
    for (const row of scroller.current?.querySelectorAll<HTMLElement>('[data-line]') ?? []) {
      const id = Number(row.dataset['line']);
      const line = rows.find((each) => each.id === id);
      if (line === undefined) continue;
      const height = row.offsetHeight;
      if (height === heightOf(line)) continue;
      measured.current.set(id, height);
      isChanged = true;
    }
    if (isChanged) {
      filled.current = null;
      drawAgain();
    }
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const probe = document.createElement('span');
    probe.textContent = 'x'.repeat(100);
    probe.style.cssText = 'position:absolute;visibility:hidden;white-space:pre';
    const observer = new ResizeObserver(() => {
      element.append(probe);
      const charPx = probe.getBoundingClientRect().width / 100;
      probe.remove();
      setView((last) => ({ ...last, height: element.clientHeight, columns: Math.floor((element.clientWidth - 24) / (charPx || 7)) }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useImperativeHandle(ref, () => ({
    show(line, where = 'middle') {
      const element = scroller.current;
      if (element === null) return;
      const index = lowerBound(lines, line);
      const rowTop = topOf(index) + paddingPx;
      const rowEnd = topOf(index + 1) + paddingPx;
      const isIn = rowTop >= element.scrollTop && rowEnd <= element.scrollTop + element.clientHeight;
      if (where === 'nearest' && isIn) return;
      const isTall = rowEnd - rowTop > element.clientHeight - 2 * rowPx;
      const isAbove = rowTop < element.scrollTop;
      const wanted =
        where === 'top'
          ? rowTop
          : where === 'middle'
            ? rowTop - element.clientHeight / 2
            : isAbove || isTall
              ? rowTop - rowPx
              : rowEnd - element.clientHeight + rowPx;
      element.scrollTop = Math.max(0, wanted);
      remember(element);
      drawAgain();
    },
    first: () => lines[indexAt((scroller.current?.scrollTop ?? 0) - paddingPx)] ?? null,
    last: () => {
      const element = scroller.current;
      return element === null ? null : (lines[indexAt(element.scrollTop + element.clientHeight - 2 * paddingPx)] ?? null);
    },
    focus: () => scroller.current?.focus(),
  }));

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (isFollowing) {
      if (distance <= rowPx || element.scrollTop >= lastTop.current) return;
      onFollow(false);
    }
    lastTop.current = element.scrollTop;
    remember(element);
    drawAgain();
    if (!isFollowing && distance < 2) onEnd();
  };
  const lineOf = (target: EventTarget) => {
    const id = target instanceof Element ? Number(target.closest<HTMLElement>('[data-line]')?.dataset['line']) : Number.NaN;
    return rows.find((line) => line.id === id) ?? null;
  };
  return (
    <div
      ref={scroller}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      data-list={isMain || undefined}
      onScroll={onScroll}
      onWheel={(event) => {
        // Before it has scrolled far enough to be told from what follows the end.
        if (isFollowing && event.deltaY < 0 && totalPx > view.height) onFollow(false);
      }}
      onPointerDown={(event) => {
        const line = event.button === 0 ? lineOf(event.target) : null;
        if (line !== null) onCurrent(line);
      }}
      className="min-h-0 flex-1 overflow-auto overscroll-contain bg-bg font-mono text-xs leading-[18px] select-text [overflow-anchor:none] focus-visible:outline-none"
      style={{ paddingBlock: paddingPx }}
    >
      <div className="relative" style={{ height: totalPx }}>
        <div
          className="absolute top-0 left-0 min-w-full"
          style={{ transform: `translateY(${topOf(start)}px)`, width: look.wrap ? '100%' : `calc(${longest}ch + 24px)` }}
        >
          {rows.map((line) => (
            <LogRow key={line.id} line={line} look={look} isCurrent={line === current} isExpanded={expanded.has(line.id)} cut={line.cut} onToggle={onToggle} />
          ))}
        </div>
      </div>
    </div>
  );
}
