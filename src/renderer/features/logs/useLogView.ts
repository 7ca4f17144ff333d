import { useCallback, useEffect, useRef, useState } from 'react';
import { compareLines, type HeldLine, lowerBound } from './heldLines.ts';
import type { LogRowsHandle } from './LogRows.tsx';
import type { LogViewState } from './logAddress.ts';
import type { LogModel } from './logModel.ts';

interface Options {
  model: LogModel | null;
  view: LogViewState;
  onView(changes: Partial<LogViewState>): void;
  rows: React.RefObject<LogRowsHandle | null>;
  /** Begins anew with the lines since a moment; null: with the last ones. */
  onSince(atMs: number | null): void;
}

/** Where a person is in a log: following or not, at which line, what is expanded, what is looked for. */
export function useLogView({ model, view, onView, rows, onSince }: Options) {
  const [isFollowing, setFollowing] = useState(view.atMs === null);
  const [current, setCurrent] = useState<HeldLine | null>(null);
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set());
  const [find, setFind] = useState({ text: '', isPattern: false });
  const wanted = useRef<number | null>(view.atMs);
  /** The moment of the address that was gone to; another one in it is gone to as well. */
  const seen = useRef(view.atMs);

  const follow = useCallback((next: boolean) => setFollowing(next), []);
  useEffect(() => model?.pause(!isFollowing), [model, isFollowing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only these make another filter.
  useEffect(() => {
    model?.filter(view);
  }, [model, view.text, view.isPattern, view.levels?.join(), view.off.join()]);
  useEffect(() => model?.find(find.text, find.isPattern), [model, find]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines of another model are others.
  useEffect(() => {
    setCurrent(null);
    setExpanded(new Set());
  }, [model]);

  const goTo = (line: HeldLine, where: 'middle' | 'nearest' | 'top' = 'nearest') => {
    setFollowing(false);
    setCurrent(line);
    rows.current?.show(line, where);
  };
  // A moment that was asked for is gone to once its lines are there.
  const held = model?.shown.lines;
  const firstMs = held?.[0]?.orderMs;
  const lastMs = held?.at(-1)?.orderMs;
  useEffect(() => {
    const atMs = wanted.current;
    if (atMs === null || held === undefined || lastMs === undefined) return;
    const line = held[lowerBound(held, { orderMs: atMs, id: 0 })] ?? held.at(-1);
    if (line === undefined) return;
    if (line.orderMs >= atMs) wanted.current = null;
    setCurrent(line);
    rows.current?.show(line, 'middle');
  }, [held, lastMs, rows]);

  const jump = (atMs: number) => {
    setFollowing(false);
    onView({ atMs });
    seen.current = atMs;
    wanted.current = atMs;
    // What is not held is asked for from there on; a minute before it says what led to it.
    if (firstMs === undefined || atMs < firstMs) onSince(atMs - 60_000);
    else {
      const line = held?.[lowerBound(held, { orderMs: atMs, id: 0 })] ?? held?.at(-1);
      if (line !== undefined) goTo(line, 'middle');
      wanted.current = null;
    }
  };
  useEffect(() => {
    if (view.atMs === seen.current) return;
    seen.current = view.atMs;
    if (view.atMs !== null && wanted.current !== view.atMs) jump(view.atMs);
  });

  /** The next line of a list after the current one, or the one before it; round the end. */
  const neighbour = (lines: readonly HeldLine[], step: 1 | -1, isRound: boolean): HeldLine | null => {
    const from = current ?? (step === 1 ? rows.current?.first() : rows.current?.last());
    if (from === undefined || from === null || lines.length === 0) return null;
    const at = lowerBound(lines, from);
    const hit = lines[at];
    const isOn = hit !== undefined && current !== null && compareLines(hit, from) === 0;
    // Where nothing is chosen yet, the line at the edge of the view counts too.
    const isEdge = hit !== undefined && current === null && compareLines(hit, from) === 0;
    const index = step === 1 ? (isOn ? at + 1 : at) : isEdge ? at : at - 1;
    return lines[index] ?? (isRound ? ((step === 1 ? lines[0] : lines.at(-1)) ?? null) : null);
  };
  const toggle = useCallback(
    (line: HeldLine) => {
      setFollowing(false);
      setExpanded((before) => {
        const next = new Set(before);
        if (!next.delete(line.id)) next.add(line.id);
        return next;
      });
      // Once it is as high as it will be.
      requestAnimationFrame(() => requestAnimationFrame(() => rows.current?.show(line, 'nearest')));
    },
    [rows],
  );
  return {
    isFollowing,
    current,
    expanded,
    find,
    setFind,
    follow: (next: boolean) => {
      follow(next);
      if (next) {
        setCurrent(null);
        if (view.atMs !== null) onView({ atMs: null });
      }
    },
    pause: useCallback(() => setFollowing(false), []),
    goTo,
    pick: useCallback((line: HeldLine) => {
      setFollowing(false);
      setCurrent(line);
    }, []),
    jump,
    toggle,
    step(step: 1 | -1) {
      const line = neighbour(model?.shown.lines ?? [], step, false);
      if (line !== null) goTo(line);
    },
    stepFound(step: 1 | -1) {
      const line = model?.needle ? neighbour(model.found.lines, step, true) : null;
      if (line !== null) goTo(line, 'middle');
    },
  };
}
