import uPlot from 'uplot';
import { alignLines, extremes } from './alignLines.ts';
import { drawMarks, drawThresholds, drawThresholdWords } from './chartDraw.ts';
import type { ChartSpan } from './chartScale.ts';
import { gridSteps, valueRange } from './chartScale.ts';
import { axisText } from './chartText.ts';
import { type ChartTheme, faded, lineColour } from './chartTheme.ts';
import type { ChartLine, ChartRange, ChartThreshold, ChartUnit } from './chartTypes.ts';

/**
 * Room at the left of a plot for the words of its axis, and at its other sides, at the right for half of a time, in px: the same in all
 * charts, so that times lie below each other.
 */
export const plotInset = { left: 54, right: 18, top: 8, bottom: 20 };
/** Spreads of more lines than this would lie over each other. */
const mostSpreads = 3;

/** What a plot shows. */
export interface PlotData {
  lines: readonly ChartLine[];
  range: ChartRange;
  /** Keys of lines that are not drawn. */
  hidden: ReadonlySet<string>;
  marks: readonly { atMs: number; colour: string }[];
}

/** How a plot is made; another one is made when any of it changes. */
export interface PlotSetup {
  unit: ChartUnit;
  span: ChartSpan;
  theme: ChartTheme;
  thresholds: readonly ChartThreshold[];
  stepped: boolean;
  /** Plots with the same key have their cursors at the same time. */
  syncKey: string | null;
  /** Where the cursor is, and what each line has there; null: it is nowhere. */
  onCursor(atMs: number | null, values: readonly (number | null)[]): void;
  /** A stretch of time was drawn with the mouse. */
  onZoom(range: ChartRange): void;
  onReset(): void;
}

/** A plot on a canvas. */
export interface Plot {
  update(data: PlotData): void;
  resize(width: number, height: number): void;
  /** Moves the cursor by so many points, or to the first or last of them; tells where it is by `onCursor`. */
  moveCursor(by: number | 'first' | 'last'): void;
  clearCursor(): void;
  /** The time at the cursor; null: it is nowhere. */
  cursorMs(): number | null;
  canvas(): HTMLCanvasElement;
  destroy(): void;
}

const font = '11px "Inter Variable", system-ui, sans-serif';
const timeSteps: uPlot.Axis.Values = [
  [86_400_000, '{MMM} {D}', null, null, null, null, null, null, 1],
  [3_600_000, '{HH}:{mm}', '\n{MMM} {D}', null, '\n{MMM} {D}', null, null, null, 1],
  [60_000, '{HH}:{mm}', '\n{MMM} {D}', null, '\n{MMM} {D}', null, null, null, 1],
  [1_000, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
  [1, '{ss}.{fff}', null, null, null, null, null, null, 1],
];

/** Makes a plot in an element. Who made it ends it. */
export function createPlot(element: HTMLElement, setup: PlotSetup, size: { width: number; height: number }): Plot {
  const { unit, span, theme, thresholds, stepped, syncKey } = setup;
  let data: PlotData = { lines: [], range: { fromMs: 0, toMs: 1 }, hidden: new Set(), marks: [] };
  let keys: string | null = null;
  let plot: uPlot | null = null;
  let dimensions = size;

  const shown = () => data.lines.filter((line) => !data.hidden.has(line.key));
  const hasSpreads = () => data.lines.length <= mostSpreads;
  const values = (): [number, number] => {
    const found = extremes(shown(), data.range.fromMs, data.range.toMs);
    const near = thresholds.filter((threshold) => found !== null && threshold.value <= found[1] * 1.6).map((threshold) => threshold.value);
    const all = [...(found ?? []), ...near];
    return valueRange(unit, span, all.length === 0 ? null : [Math.min(...all), Math.max(...all)]);
  };

  const columns = (): uPlot.AlignedData => {
    const { atMs, value, spread } = alignLines(data.lines);
    const spreads = hasSpreads() ? spread.flatMap((each) => (each === null ? [] : [each.max, each.min])) : [];
    return [atMs, ...value, ...spreads] as uPlot.AlignedData;
  };
  const shape = () =>
    data.lines.map((line) => `${line.key}|${line.hue}|${data.hidden.has(line.key)}|${line.points.min !== undefined && hasSpreads()}`).join('\n');

  const make = () => {
    plot?.destroy();
    const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
    const line = (each: ChartLine): uPlot.Series => ({
      label: each.label,
      show: !data.hidden.has(each.key),
      stroke: lineColour(theme, each.hue),
      width: data.lines.length > 6 ? 1.15 : 1.4,
      ...(each.dashed ? { dash: [4, 3] } : {}),
      ...(paths ? { paths } : {}),
      points: { show: false, filter: isolated, size: 3 },
    });
    const withSpread = hasSpreads() ? data.lines.filter((each) => each.points.min !== undefined) : [];
    const edges = withSpread.flatMap((each): uPlot.Series[] => {
      const edge = { show: !data.hidden.has(each.key), stroke: 'transparent', width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
      return [edge, edge];
    });
    const bands = withSpread.map((each, index): uPlot.Band => {
      const first = 1 + data.lines.length + 2 * index;
      return { series: [first, first + 1], fill: faded(lineColour(theme, each.hue), 0.16) };
    });
    plot = new uPlot(
      {
        ...dimensions,
        ms: 1,
        padding: [plotInset.top, plotInset.right, 0, 0],
        legend: { show: false },
        focus: { alpha: 1 },
        cursor: {
          y: false,
          points: { size: 6, width: 1.5, stroke: (self, index) => strokeOf(self, index), fill: () => theme.bg },
          drag: { x: true, y: false, setScale: false, dist: 6 },
          bind: {
            dblclick: () => () => {
              setup.onReset();
              return null;
            },
          },
          ...(syncKey === null ? {} : { sync: { key: syncKey, setSeries: false, scales: ['x', null] } }),
        },
        scales: { x: { time: true, range: () => [data.range.fromMs, data.range.toMs] }, y: { range: values } },
        axes: [
          {
            stroke: theme.faint,
            font,
            size: plotInset.bottom,
            gap: 5,
            space: 62,
            values: timeSteps,
            grid: { stroke: theme.hairline, width: 1 },
            ticks: { show: false },
          },
          {
            stroke: theme.faint,
            font,
            size: plotInset.left,
            gap: 6,
            space: 24,
            incrs: gridSteps(unit),
            values: (_self, splits) => splits.map((split) => axisText(split, unit)),
            grid: { stroke: theme.hairline, width: 1 },
            ticks: { show: false },
          },
        ],
        series: [{}, ...data.lines.map(line), ...edges],
        bands,
        hooks: {
          drawAxes: [(self) => drawThresholds(self, thresholds, theme)],
          draw: [(self) => drawThresholdWords(self, thresholds, theme), (self) => drawMarks(self, data.marks)],
          setCursor: [told],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 4) return;
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              setup.onZoom({ fromMs: Math.round(self.posToVal(left, 'x')), toMs: Math.round(self.posToVal(left + width, 'x')) });
            },
          ],
        },
      },
      columns(),
      element,
    );
  };

  const told = (self: uPlot) => {
    const { left, idx, idxs } = self.cursor;
    if (left === undefined || left < 0 || idx == null) return setup.onCursor(null, []);
    const at = self.data[0]?.[idx] ?? null;
    setup.onCursor(
      at,
      data.lines.map((_, index) => {
        const place = idxs?.[index + 1];
        return place == null ? null : (self.data[index + 1]?.[place] ?? null);
      }),
    );
  };

  /** Moves the cursor as the mouse would: in all plots of the same key. */
  const place = (self: uPlot, left: number, top: number) => {
    self.setCursor({ left, top });
    const { sync } = self.cursor;
    if (syncKey === null || !sync) return;
    sync.values = [self.posToVal(left, 'x'), 0];
    uPlot.sync(syncKey).pub('mousemove', self, left, top, self.over.clientWidth, self.over.clientHeight, self.cursor.idx ?? 0);
  };

  return {
    update(next) {
      const before = data;
      data = next;
      const nextKeys = shape();
      if (plot === null || nextKeys !== keys) {
        keys = nextKeys;
        make();
        return;
      }
      if (before.lines !== next.lines) plot.setData(columns(), true);
      else if (before.range !== next.range) plot.setScale('x', { min: next.range.fromMs, max: next.range.toMs });
      else plot.redraw(false);
    },
    resize(width, height) {
      dimensions = { width, height };
      if (plot !== null && (plot.width !== width || plot.height !== height)) plot.setSize(dimensions);
    },
    moveCursor(by) {
      if (plot === null) return;
      const times = plot.data[0] ?? [];
      const first = lower(times, data.range.fromMs);
      const last = lower(times, data.range.toMs + 1) - 1;
      if (last < first) return;
      const now = (plot.cursor.left ?? -1) < 0 ? null : (plot.cursor.idx ?? null);
      const wished = by === 'first' ? first : by === 'last' ? last : now === null ? (by > 0 ? first : last) : now + by;
      const at = times[Math.min(last, Math.max(first, wished))] ?? 0;
      place(plot, plot.valToPos(at, 'x'), plot.over.clientHeight / 2);
    },
    clearCursor: () => plot && place(plot, -10, -10),
    cursorMs: () => (plot === null || plot.cursor.idx == null || (plot.cursor.left ?? -1) < 0 ? null : (plot.data[0]?.[plot.cursor.idx] ?? null)),
    canvas() {
      if (plot === null) throw new Error('there is no plot yet');
      return plot.ctx.canvas;
    },
    destroy() {
      plot?.destroy();
      plot = null;
    },
  };
}

function strokeOf(self: uPlot, index: number): string {
  const stroke = self.series[index]?.stroke;
  const value: unknown = typeof stroke === 'function' ? stroke(self, index) : stroke;
  return typeof value === 'string' ? value : 'transparent';
}

/** Points that have no neighbour would be lines without a length: they are drawn as points. */
const isolated: uPlot.Series.Points.Filter = (self, series, _show, gaps) => {
  const values = self.data[series] ?? [];
  if (gaps == null && values.length > 1) return null;
  const alone: number[] = [];
  const [from, to] = self.series[series]?.idxs ?? [0, values.length - 1];
  let run: number[] = [];
  const end = () => {
    if (run.length === 1 && run[0] !== undefined) alone.push(run[0]);
    run = [];
  };
  for (let index = from; index <= to; index += 1) {
    const value = values[index];
    if (value === null) end();
    else if (value !== undefined) run.push(index);
  }
  end();
  return alone;
};

/** The first place whose time is not before one. */
function lower(times: ArrayLike<number>, atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
