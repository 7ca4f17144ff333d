import { useQuery } from '@tanstack/react-query';
import { gatherHistory, type HistoryColumns } from '../../../shared/model/healthHistory.ts';
import { client } from '../../client/client.ts';
import { gatherLog } from '../../client/gatherLog.ts';
import type { ChartRange } from '../../ui/chart/chartTypes.ts';
import { coreNowMs } from '../../ui/clock.ts';
import { type ChartSpec, wantedSeries } from './chartSpecs.ts';
import { chooseLines, mostLines } from './chooseLines.ts';

/** Points of a line that are asked for: more than a chart has pixels, so that one can look closer at once. */
const maxPoints = 800;
/** To find the worst of many, each is told in so few points; their largest and smallest values are exact all the same. */
const roughPoints = 12;

/** What a chart shows of the past. */
export interface ChartHistory {
  series: HistoryColumns[];
  /** Of how many series these are. */
  all: number;
  /** Ids of servers that have several subjects, shown or not. */
  several: ReadonlySet<string>;
}

function severalOf(series: readonly HistoryColumns[]): ReadonlySet<string> {
  const byServer = Map.groupBy(series, ({ serverId }) => serverId);
  return new Set([...byServer].filter(([, own]) => new Set(own.map(({ subject }) => subject)).size > 1).map(([serverId]) => serverId));
}

async function ask(selector: string, spec: ChartSpec, isCompared: boolean, range: ChartRange, points: number, signal: AbortSignal): Promise<HistoryColumns[]> {
  const pieces = await gatherLog(client.health.history({ selector, series: wantedSeries(spec, isCompared), ...range, maxPoints: points }, { signal }));
  return gatherHistory(pieces);
}

/** Lines of many servers: first all of them roughly, then the worst as they are. */
async function worstOf(selector: string, spec: ChartSpec, range: ChartRange, signal: AbortSignal): Promise<ChartHistory> {
  const rough = await ask(selector, spec, true, range, roughPoints, signal);
  const chosen = chooseLines(rough, spec.worst);
  if (chosen.length === 0) return { series: [], all: 0, several: new Set() };
  const wanted = new Set(chosen.map(({ serverId, subject }) => `${serverId} ${subject}`));
  const names = [...new Set(chosen.map(({ serverName }) => serverName))].join(',');
  const found = await ask(names, spec, true, range, maxPoints, signal);
  return {
    series: found.filter(({ serverId, subject }) => wanted.has(`${serverId} ${subject}`)),
    all: rough.length,
    several: severalOf(rough),
  };
}

async function allOf(selector: string, spec: ChartSpec, isCompared: boolean, range: ChartRange, signal: AbortSignal): Promise<ChartHistory> {
  const found = await ask(selector, spec, isCompared, range, maxPoints, signal);
  const subjects = new Set(found.map(({ serverId, subject }) => `${serverId} ${subject}`)).size;
  // A line each for the subjects, as many as can be told apart; their further figures come with them.
  if (subjects <= mostLines) return { series: found, all: found.length, several: severalOf(found) };
  const first = found.filter(({ metric }) => metric === spec.metrics[0].metric);
  return { series: chooseLines(first, spec.worst), all: first.length, several: severalOf(first) };
}

interface HistoryWish {
  spec: ChartSpec;
  selector: string;
  /** Servers that the selector picks. */
  servers: number;
  range: ChartRange;
  /** It goes on: it is asked anew from time to time, as what is stored grows. */
  isLive: boolean;
  /** Another number asks anew: after the connection was lost, say. */
  epoch: number;
  isWanted: boolean;
}

/** What is stored of a chart's figures. While another time of the same is asked for, what is known of the last one stays. */
export function useChartHistory({ spec, selector, servers, range, isLive, epoch, isWanted }: HistoryWish) {
  const isCompared = servers > 1;
  const length = range.toMs - range.fromMs;
  return useQuery({
    queryKey: ['health-history', spec.id, selector, isCompared, isLive ? `live ${length}` : `${range.fromMs} ${range.toMs}`, epoch],
    queryFn: ({ signal }) => {
      const toMs = isLive ? Math.max(range.toMs, coreNowMs()) : range.toMs;
      const asked = { fromMs: toMs - length, toMs };
      return servers > mostLines ? worstOf(selector, spec, asked, signal) : allOf(selector, spec, isCompared, asked, signal);
    },
    enabled: isWanted && servers > 0,
    staleTime: isLive ? 60_000 : 600_000,
    // What came in live stands behind what was stored; that is asked anew before the former is let go.
    // Of a server that was only just added there is nothing yet.
    refetchInterval: ({ state }) => (!isLive ? false : state.data?.all === 0 ? 10_000 : Math.min(600_000, Math.max(60_000, length / 60))),
    placeholderData: (before: ChartHistory | undefined, query) => (query?.queryKey[2] === selector ? before : undefined),
  });
}
