import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import type { HeldLine } from './heldLines.ts';
import { LogFoot } from './LogFoot.tsx';
import { LogNotices } from './LogNotices.tsx';
import type { RowLook } from './LogRow.tsx';
import { LogRows, type LogRowsHandle } from './LogRows.tsx';
import { LogSources } from './LogSources.tsx';
import { LogToolbar } from './LogToolbar.tsx';
import type { LogViewState } from './logAddress.ts';
import { laneLabels } from './logLanes.ts';
import { useLogLooks } from './logLooks.ts';
import { type LogQuery, queryTitle } from './logQuery.ts';
import { lineText } from './logText.ts';
import { useLogModel } from './useLogModel.ts';
import { useLogView } from './useLogView.ts';

interface LogViewerProps {
  query: LogQuery;
  view: LogViewState;
  onView(changes: Partial<LogViewState>): void;
  /** On a screen of its own its keys work wherever nothing else has the focus, and the sources stand beside the lines. */
  isMain: boolean;
}

const maxLaneChars = 26;

/** Logs of one or many sources as one, followed or read from a moment on. */
export function LogViewer({ query, view, onView, isMain }: LogViewerProps) {
  const [sinceMs, setSince] = useState<number | null>(view.atMs === null ? null : view.atMs - 60_000);
  const model = useLogModel(query, sinceMs);
  const rows = useRef<LogRowsHandle>(null);
  const filterBox = useRef<HTMLInputElement>(null);
  const findBox = useRef<HTMLInputElement>(null);
  const goAtMs = useRef(Number.NEGATIVE_INFINITY);
  const looks = useLogLooks();
  const state = useLogView({ model, view, onView, rows, onSince: setSince });
  const { buffer } = model?.feed ?? {};
  // biome-ignore lint/correctness/useExhaustiveDependencies: lanes are only added to.
  const lanes = useMemo(() => [...(buffer?.lanes.values() ?? [])], [buffer, buffer?.lanes.size]);
  const nowDay = new Date().toDateString();
  const oldest = model?.shown.lines[0];
  const withDates = oldest !== undefined && new Date(oldest.atMs).toDateString() !== nowDay;
  const look: RowLook = useMemo(() => {
    const label = laneLabels(lanes);
    const laneChars = Math.min(maxLaneChars, Math.max(4, ...lanes.map((lane) => label(lane).length)));
    return { times: looks.times, wrap: looks.wrap, withDates, laneChars, laneLabel: (line: HeldLine) => label(line.lane), needle: model?.needle ?? null };
  }, [lanes, looks.times, looks.wrap, withDates, model?.needle]);

  const { current } = state;
  const copy = useCallback(async () => {
    if (current === null) return;
    await navigator.clipboard.writeText(lineText(current));
    toast.success('The line is copied.');
  }, [current]);
  const onKey = (event: KeyboardEvent<HTMLElement> | globalThis.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role="menu"], [role="dialog"]') !== null;
    if (isTyping) return;
    // A `g` begins the way to another place.
    if (event.key === 'g') goAtMs.current = performance.now();
    if (performance.now() - goAtMs.current < 1_200) return;
    const acts: Record<string, () => void> = {
      '/': () => findBox.current?.select(),
      '&': () => filterBox.current?.select(),
      n: () => state.stepFound(1),
      N: () => state.stepFound(-1),
      j: () => state.step(1),
      ArrowDown: () => state.step(1),
      k: () => state.step(-1),
      ArrowUp: () => state.step(-1),
      f: () => state.follow(!state.isFollowing),
      w: () => looks.change({ wrap: !looks.wrap }),
      t: () => looks.change({ times: looks.times === 'local' ? 'utc' : looks.times === 'utc' ? 'off' : 'local' }),
      y: () => void copy(),
      Enter: () => current && state.toggle(current),
      G: () => state.follow(true),
      End: () => state.follow(true),
      Home: () => {
        const first = model?.shown.lines[0];
        if (first) state.goTo(first, 'top');
      },
      PageUp: () => state.pause(),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    // The browser scrolls a page; only that it follows no more is ours.
    if (event.key !== 'PageUp') event.preventDefault();
    act();
  };
  const latestKey = useRef(onKey);
  latestKey.current = onKey;
  useEffect(() => {
    if (!isMain) return;
    const listen = (event: globalThis.KeyboardEvent) => document.activeElement === document.body && latestKey.current(event);
    window.addEventListener('keydown', listen, true);
    return () => window.removeEventListener('keydown', listen, true);
  }, [isMain]);

  const title = queryTitle(query);
  const feedState = model?.feed.get();
  // An error with nothing read before it has the place of the lines.
  const isBare = feedState?.error !== null && feedState?.error !== undefined && model?.feed.buffer.lines.length === 0;
  return (
    <section aria-label={`Logs: ${title}`} onKeyDown={onKey} className={cx('@container flex min-h-0 min-w-0 flex-1 flex-col', !isMain && 'bg-surface')}>
      <LogToolbar
        model={model}
        query={query}
        view={view}
        onView={onView}
        state={state}
        filterBox={filterBox}
        findBox={findBox}
        isMain={isMain}
        lanes={lanes}
        rows={rows}
      />
      <div className="flex min-h-0 flex-1 border-t border-line">
        {isMain && looks.sources && <LogSources model={model} lanes={lanes} off={view.off} onOff={(off) => onView({ off })} />}
        <div className="relative flex min-w-0 flex-1 flex-col">
          {feedState?.error && (
            <div className={cx('overflow-auto p-3', isBare ? 'min-h-0 flex-1' : 'max-h-48 shrink-0')}>
              <ErrorPanel error={feedState.error} actions={<Button onClick={() => model?.feed.retry()}>Try again</Button>} />
            </div>
          )}
          {!isBare && (
            <LogRows
              ref={rows}
              lines={model?.shown.lines ?? []}
              version={model?.version() ?? 0}
              label={title}
              look={look}
              isFollowing={state.isFollowing}
              onFollow={(next) => (next ? state.follow(true) : state.pause())}
              current={current}
              onCurrent={state.pick}
              expanded={state.expanded}
              onToggle={state.toggle}
              onEnd={() => feedState?.isFull && model?.feed.makeRoom()}
              isMain={isMain}
            />
          )}
          {model && <LogNotices model={model} />}
          <LogFoot model={model} state={state} onView={onView} times={looks.times} />
        </div>
      </div>
    </section>
  );
}
