import type { ChartRange } from '../../ui/chart/chartTypes.ts';
import { type ChartGroup, chartGroups } from './chartGroups.ts';

const minute = 60_000;

/** Spans up to now that can be chosen, by their name in the address. */
export const spans = { '15m': 15 * minute, '1h': 60 * minute, '6h': 360 * minute, '24h': 1_440 * minute, '7d': 10_080 * minute } as const;
export type SpanName = keyof typeof spans;
export const spanNames = Object.keys(spans) as SpanName[];
export const spanWords: Record<SpanName, string> = { '15m': '15 min', '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d' };

/** What the health screen shows, as it stands in the address. Absent: all servers, the last hour, all groups, servers together. */
export interface HealthSearch {
  on?: string | undefined;
  range?: SpanName | undefined;
  /** A time of the past, in ms since 1970; with both of them `range` is what a double click goes back to. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  charts?: ChartGroup | undefined;
  by?: 'server' | undefined;
}

const moment = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined);

/** Reads an address; what makes no sense is left out. */
export function healthSearch(search: Record<string, unknown>): HealthSearch {
  const [from, to] = [moment(search['fromMs']), moment(search['toMs'])];
  const isTime = from !== undefined && to !== undefined && to - from >= 1_000;
  const found: HealthSearch = {
    on: typeof search['on'] === 'string' && search['on'] !== '' ? search['on'] : undefined,
    range: spanNames.find((name) => name === search['range']),
    fromMs: isTime ? from : undefined,
    toMs: isTime ? to : undefined,
    charts: chartGroups.find((group) => group === search['charts']),
    by: search['by'] === 'server' ? 'server' : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as HealthSearch;
}

/** The shortest time that can be looked at: ten seconds. */
const shortest = 10_000;

/** A time that was drawn or asked for, as one that can be: not shorter than ten seconds, not after now, not longer than 90 days. */
export function boundedRange({ fromMs, toMs }: ChartRange, nowMs: number): ChartRange {
  const to = Math.min(toMs, nowMs);
  const length = Math.min(Math.max(to - fromMs, shortest), 90 * 1_440 * minute);
  return { fromMs: Math.round(to - length), toMs: Math.round(to) };
}

/** How often a chart of so long a time moves on while it is live, in ms: so that it moves by about a pixel. */
export function moveMs(spanMs: number): number {
  return Math.min(60_000, Math.max(1_000, Math.round(spanMs / 450 / 1_000) * 1_000));
}
