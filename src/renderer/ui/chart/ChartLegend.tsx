import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { cx } from '../cx.ts';
import { formatAge } from '../format.ts';
import { chartText } from './chartText.ts';
import { chartHues } from './chartTheme.ts';
import type { ChartLine, ChartUnit } from './chartTypes.ts';

/** Shows values at the cursor; null: the newest ones. */
export interface LegendHandle {
  show(values: readonly (number | null)[] | null): void;
}

interface ChartLegendProps {
  lines: readonly ChartLine[];
  /** Until when the chart goes: a line that ended before has no value there. */
  toMs: number;
  isLive: boolean;
  unit: ChartUnit;
  hidden: ReadonlySet<string>;
  /** Rows of two it has room for; more are scrolled to. */
  rows: number;
  onToggle(key: string): void;
  handle: Ref<LegendHandle>;
}

/** A line is taken to go on for so long after its last point, in ms, however near its points lie. */
const goesOnMs = 20_000;

/** The value of a line at the end of a time; null: it ended before, `ageMs` ago. */
export function endValue({ points, gapMs }: ChartLine, toMs: number): { value: number | null; ageMs: number | null } {
  const lastMs = points.atMs.at(-1);
  if (lastMs === undefined) return { value: null, ageMs: null };
  const ageMs = toMs - lastMs;
  return ageMs > Math.max(gapMs, goesOnMs) ? { value: null, ageMs } : { value: points.value.at(-1) ?? null, ageMs };
}

/** The mark of a line: its hue, and dashes where it has them. */
export function LineSwatch({ hue, dashed = false }: Pick<ChartLine, 'hue' | 'dashed'>) {
  return (
    <svg aria-hidden="true" width="12" height="8" viewBox="0 0 12 8" className="shrink-0">
      <path
        d="M0 4H12"
        stroke={hue === null ? 'var(--accent)' : `var(--lane-${hue % chartHues})`}
        strokeWidth="2.4"
        {...(dashed ? { strokeDasharray: '4 2.5' } : {})}
      />
    </svg>
  );
}

/** What the lines are, each with its value at the cursor. A press hides a line or shows it again. Values change without a redraw of the page. */
export function ChartLegend({ lines, toMs, isLive, unit, hidden, rows, onToggle, handle }: ChartLegendProps) {
  const places = useRef(new Map<string, HTMLSpanElement>());
  const at = useRef<readonly (number | null)[] | null>(null);
  const write = () => {
    lines.forEach((line, index) => {
      const place = places.current.get(line.key);
      if (place === undefined) return;
      const { value, ageMs } = at.current === null ? endValue(line, toMs) : { value: at.current[index] ?? null, ageMs: null };
      const isStale = isLive && at.current === null && value === null && ageMs !== null;
      place.textContent = isStale ? `${formatAge(ageMs)} old` : chartText(value, unit);
      place.classList.toggle('text-warn', isStale);
      place.classList.toggle('text-text', !isStale);
    });
  };
  useImperativeHandle(handle, () => ({
    show(values) {
      at.current = values;
      write();
    },
  }));
  useEffect(write);
  return (
    <ul
      aria-label="Lines"
      className="grid auto-rows-[18px] grid-cols-2 content-start gap-x-4 overflow-y-auto pr-2.5 pl-3.5 text-sm"
      style={{ height: rows * 18 + 4 }}
    >
      {lines.map((line) => (
        <li key={line.key} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(line.key)}
            title={hidden.has(line.key) ? `Show ${line.label}` : `Hide ${line.label}`}
            onClick={() => onToggle(line.key)}
            className={cx(
              'flex h-[18px] w-full items-center gap-1.5 rounded-sm text-left',
              hidden.has(line.key) ? 'text-faint line-through' : 'text-muted hover:text-text',
            )}
          >
            <LineSwatch hue={line.hue} {...(line.dashed ? { dashed: true } : {})} />
            <span className="min-w-0 flex-1 truncate">{line.label}</span>
            <span
              ref={(element) => {
                if (element) places.current.set(line.key, element);
                else places.current.delete(line.key);
              }}
              className="text-right whitespace-nowrap text-text tabular-nums"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
