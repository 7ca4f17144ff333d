import './chart.css';
import { ImageDown, Rows3, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import { Button } from '../Button.tsx';
import { cx } from '../cx.ts';
import { formatTimeOfDay } from '../format.ts';
import { IconButton } from '../IconButton.tsx';
import { StaleMark } from '../RelativeTime.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { Mark } from '../StateMark.tsx';
import { ChartLegend, type LegendHandle } from './ChartLegend.tsx';
import { ChartMarks } from './ChartMarks.tsx';
import { ChartTable } from './ChartTable.tsx';
import { chartImage, saveBlob } from './chartImage.ts';
import type { ChartSpan } from './chartScale.ts';
import { chartText } from './chartText.ts';
import { useChartTheme } from './chartTheme.ts';
import type { ChartLine, ChartMark, ChartRange, ChartThreshold, ChartUnit } from './chartTypes.ts';
import { useInView } from './useInView.ts';
import { usePlot, useWidth } from './usePlot.ts';

const nothing: readonly never[] = [];

/** How what a chart is to show stands. */
export type ChartState =
  | { kind: 'loading' }
  | { kind: 'ready' }
  | { kind: 'empty'; words: ReactNode }
  | { kind: 'error'; error: SerializedError; again(): void };

export interface ChartProps {
  title: string;
  unit: ChartUnit;
  lines: readonly ChartLine[];
  range: ChartRange;
  state: ChartState;
  /** Said beside the title: which of many lines these are. */
  note?: ReactNode;
  /** Since when nothing new came; null: it is live, or of the past. */
  staleSinceMs?: number | null;
  span?: ChartSpan;
  thresholds?: readonly ChartThreshold[];
  marks?: readonly ChartMark[];
  stepped?: boolean;
  syncKey?: string;
  /** Height of the plot with its axes, in px. */
  height?: number;
  /** Rows of two lines that its legend has room for. */
  legendRows?: number;
  isZoomed?: boolean;
  /** It goes on up to now: a line that ended before is stale. */
  isLive?: boolean;
  onZoom(range: ChartRange): void;
  onReset(): void;
}

/**
 * Figures over time. A stretch that is drawn with the mouse is looked at closer, a double click goes back; the arrow keys move the cursor,
 * `+` and `-` zoom. The same figures as a table, and as a picture. Drawn only while in view.
 */
export const Chart = memo(function Chart(props: ChartProps) {
  const { title, unit, lines, range, state, note, staleSinceMs = null, span = 'data', thresholds = nothing, marks = nothing } = props;
  const { stepped = false, syncKey, height = 140, legendRows = 2, isZoomed = false, isLive = false, onZoom, onReset } = props;
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const legend = useRef<LegendHandle>(null);
  const clock = useRef<HTMLSpanElement>(null);
  const spoken = useRef<HTMLSpanElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isTable, setIsTable] = useState(false);
  const theme = useChartTheme();
  const isInView = useInView(card);
  const width = useWidth(card);
  const atCursor = useRef<{ atMs: number; values: readonly (number | null)[] } | null>(null);
  const lineMarks = useMemo(
    () => marks.map(({ atMs, tone }) => ({ atMs, colour: tone === 'bad' || tone === 'warn' || tone === 'good' ? theme[tone] : theme.info })),
    [marks, theme],
  );
  const data = useMemo(() => ({ lines, range, hidden, marks: lineMarks }), [lines, range, hidden, lineMarks]);
  const isPlot = state.kind === 'ready' && !isTable;

  const plot = usePlot(
    holder,
    {
      ...{ unit, span, theme, thresholds, stepped, syncKey: syncKey ?? null, onZoom, onReset },
      onCursor(atMs, values) {
        atCursor.current = atMs === null ? null : { atMs, values };
        legend.current?.show(atMs === null ? null : values);
        if (clock.current) clock.current.textContent = atMs === null ? '' : formatTimeOfDay(atMs);
      },
    },
    data,
    { width, height, isDrawn: isPlot && isInView },
  );

  const speak = () => {
    const at = atCursor.current;
    if (spoken.current === null || at === null) return;
    const words = lines.map((line, index) => `${line.label} ${chartText(at.values[index] ?? null, unit)}`).slice(0, 6);
    spoken.current.textContent = `${formatTimeOfDay(at.atMs)}: ${words.join(', ')}`;
  };
  const zoomBy = (factor: number) => {
    const middle = plot.current?.cursorMs() ?? (range.fromMs + range.toMs) / 2;
    onZoom({ fromMs: Math.round(middle - (middle - range.fromMs) * factor), toMs: Math.round(middle + (range.toMs - middle) * factor) });
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => plot.current?.moveCursor(-1),
    ArrowRight: () => plot.current?.moveCursor(1),
    PageUp: () => plot.current?.moveCursor(-10),
    PageDown: () => plot.current?.moveCursor(10),
    Home: () => plot.current?.moveCursor('first'),
    End: () => plot.current?.moveCursor('last'),
    Escape: () => plot.current?.clearCursor(),
    '+': () => zoomBy(0.5),
    '-': () => zoomBy(2),
    '0': onReset,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    speak();
  };
  const toggle = (key: string) => setHidden((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]));
  const save = async () => {
    const canvas = plot.current?.canvas();
    if (canvas)
      saveBlob(
        await chartImage(canvas, { title, lines: lines.filter((line) => !hidden.has(line.key)), unit, range, theme }),
        `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.png`,
      );
  };
  const bodyHeight = height + legendRows * 18 + 4;

  return (
    <section ref={card} aria-labelledby={id} data-chart={title} className="chart group/chart min-w-0">
      <header className="flex h-6 items-center gap-2 pl-3.5">
        <h3 id={id} className="truncate text-sm font-semibold">
          {title}
        </h3>
        {note && <span className="truncate text-xs text-faint">{note}</span>}
        <span ref={clock} className="ml-auto text-xs text-muted tabular-nums" />
        {staleSinceMs !== null && state.kind === 'ready' && (
          <span className="shrink-0 text-xs">
            <StaleMark sinceMs={staleSinceMs}>Stale</StaleMark>
          </span>
        )}
        <span
          className={cx('flex shrink-0 opacity-60 group-focus-within/chart:opacity-100 group-hover/chart:opacity-100', state.kind !== 'ready' && 'invisible')}
        >
          {isZoomed && <IconButton size="small" icon={ZoomOut} label="Back to the whole time" onClick={onReset} />}
          <IconButton size="small" icon={Rows3} label={isTable ? 'As a chart' : 'As a table'} aria-pressed={isTable} onClick={() => setIsTable(!isTable)} />
          <IconButton size="small" icon={ImageDown} label="Save as a picture" disabled={isTable} onClick={() => void save()} />
        </span>
      </header>
      <div style={{ height: bodyHeight }} className="relative">
        {state.kind === 'loading' && isInView && (
          <div role="status" aria-label={`Loading ${title}`} className="flex h-full flex-col gap-3 px-3.5 pt-5">
            <Skeleton className="w-2/3" />
            <Skeleton className="w-full" />
            <Skeleton className="w-5/6" />
          </div>
        )}
        {state.kind === 'empty' && <p className="px-3.5 pt-2 text-muted">{state.words}</p>}
        {state.kind === 'error' && (
          <div role="alert" className="flex flex-col items-start gap-2 px-3.5 pt-2">
            <p className="flex gap-2">
              <Mark tone="bad" className="mt-1" />
              <span>
                {errorWording(state.error).sentence} <code className="font-mono text-xs text-muted">{state.error.code}</code>
              </span>
            </p>
            <Button onClick={state.again}>Ask again</Button>
          </div>
        )}
        {state.kind === 'ready' && isTable && <ChartTable title={title} lines={lines} range={range} unit={unit} height={bodyHeight} />}
        {isPlot && (
          <>
            <div
              role="application"
              aria-label={`${title}, chart with ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}. Arrow keys move the cursor, plus and minus zoom, 0 shows all.`}
              tabIndex={0}
              onKeyDown={onKeyDown}
              className="relative rounded-sm"
              style={{ height }}
            >
              <div ref={holder} className="absolute inset-0" />
              <ChartMarks marks={marks} range={range} width={width} />
            </div>
            <ChartLegend lines={lines} toMs={range.toMs} isLive={isLive} unit={unit} hidden={hidden} rows={legendRows} onToggle={toggle} handle={legend} />
          </>
        )}
        <span ref={spoken} aria-live="polite" className="sr-only" />
      </div>
    </section>
  );
});
