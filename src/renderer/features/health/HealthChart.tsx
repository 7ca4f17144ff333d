import { memo, useEffect, useMemo, useRef } from 'react';
import { gapFromMs } from '../../../shared/model/healthHistory.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Chart, type ChartState } from '../../ui/chart/Chart.tsx';
import type { ChartLine, ChartMark, ChartRange } from '../../ui/chart/chartTypes.ts';
import { useInView } from '../../ui/chart/useInView.ts';
import { type ChartSpec, silenceMs } from './chartSpecs.ts';
import { chosenWords } from './chooseLines.ts';
import { joinTail } from './joinTail.ts';
import { lineLabels, lineLooks, orderSeries, type SubjectWords } from './lineNames.ts';
import { useChartHistory } from './useChartHistory.ts';
import type { LiveFigures } from './useLiveTail.ts';

/** What all charts of a screen have in common. */
export interface ChartView {
  range: ChartRange;
  isLive: boolean;
  /** Seconds between two live values. */
  intervalS: number;
  isZoomed: boolean;
  live: LiveFigures | null;
  marks: readonly ChartMark[];
  words: SubjectWords;
  epoch: number;
  onZoom(range: ChartRange): void;
  onReset(): void;
}

interface HealthChartProps {
  spec: ChartSpec;
  title?: string;
  selector: string;
  /** Servers that the selector picks. */
  servers: number;
  view: ChartView;
  height?: number;
  legendRows?: number;
  /** Names of servers that have a line, so that their live values are followed. */
  onServers?(chart: string, names: readonly string[]): void;
}

const absent: Record<ChartSpec['group'], string> = {
  gpus: 'No GPU told this in that time.',
  host: 'Nothing was measured in that time.',
  containers: 'No container ran in that time.',
  engines: 'No engine told this in that time.',
  probes: 'No probe measured this in that time.',
};

/** Live values that did not come for this long are told as missing, beside so many intervals. */
const patienceMs = 20_000;

/** One chart of the health of servers: what is stored, and what comes in live behind it. Asked for and drawn only while in view. */
export const HealthChart = memo(function HealthChart({ spec, title, selector, servers, view: told, height, legendRows, onServers }: HealthChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const isInView = useInView(place);
  // What is out of view stays as it was: nothing of it is drawn anew.
  const seen = useRef(told);
  if (isInView) seen.current = told;
  const view = seen.current;
  const { range, isLive, intervalS, live, marks, words, epoch } = view;
  const history = useChartHistory({ spec, selector, servers, range, isLive, epoch, isWanted: isInView });
  const { several } = history.data ?? {};
  const found = history.data?.series;
  const series = useMemo(() => found && orderSeries(found, spec, words), [found, spec, words]);
  const names = useMemo(() => (series && several ? lineLabels(series, spec, words, several) : []), [series, several, spec, words]);

  const chosen = useMemo(() => [...new Set(series?.map(({ serverName }) => serverName))].join(','), [series]);
  useEffect(() => {
    if (isInView && chosen !== '') onServers?.(spec.id, chosen.split(','));
  }, [isInView, chosen, onServers, spec.id]);

  const shown = useRef<readonly ChartLine[]>([]);
  const tail = isLive ? live?.tail : undefined;
  const version = live?.version;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tail is filled in place, and its version tells when.
  const lines = useMemo(() => {
    // What is out of view is brought up to date when it comes into it.
    if (!isInView || series === undefined) return shown.current;
    const looks = lineLooks(series, spec);
    shown.current = series.map((each, index): ChartLine => {
      const points = joinTail(each, tail?.points(each.serverId, each.metric, each.subject) ?? null, range);
      const gapMs = Math.max(gapFromMs(each), isLive ? silenceMs(spec, intervalS) : 0);
      const { hue = null, dashed = false } = looks[index] ?? {};
      return { key: `${each.serverId} ${each.subject} ${each.metric}`, label: names[index] ?? each.metric, hue, dashed, points, gapMs };
    });
    return shown.current;
  }, [series, spec, tail, version, range, names, isInView, isLive, intervalS]);

  const newestMs = lines.reduce((newest, { points }) => Math.max(newest, points.atMs.at(-1) ?? 0), 0);
  const isBehind = isLive && newestMs > 0 && range.toMs - newestMs > Math.max(patienceMs, ...lines.map(({ gapMs }) => gapMs));
  const kind =
    history.error && series === undefined
      ? 'error'
      : series === undefined || (lines.length === 0 && series.length > 0)
        ? 'loading'
        : newestMs === 0
          ? 'empty'
          : 'ready';
  const { error, refetch } = history;
  const state = useMemo<ChartState>(() => {
    if (kind === 'error') return { kind, error: toSerializedError(error), again: () => void refetch() };
    return kind === 'empty' ? { kind, words: absent[spec.group] } : { kind };
  }, [kind, error, refetch, spec.group]);
  const first = spec.metrics.length > 1 && servers > 1 ? `, ${spec.metrics[0].label}` : '';
  return (
    <div ref={place} className="min-w-0">
      <Chart
        title={title ?? `${spec.title}${first}`}
        unit={spec.unit}
        lines={lines}
        range={range}
        state={state}
        note={series && history.data ? chosenWords(series.length, history.data.all, spec.worst) : null}
        staleSinceMs={live?.brokenSinceMs ?? (isBehind ? newestMs : null)}
        {...(spec.span ? { span: spec.span } : {})}
        {...(spec.thresholds ? { thresholds: spec.thresholds } : {})}
        {...(spec.stepped ? { stepped: true } : {})}
        {...(height === undefined ? {} : { height })}
        {...(legendRows === undefined ? {} : { legendRows })}
        marks={marks}
        syncKey="health"
        isZoomed={view.isZoomed}
        isLive={isLive}
        onZoom={view.onZoom}
        onReset={view.onReset}
      />
    </div>
  );
});
