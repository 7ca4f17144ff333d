import type { Scrape, Series } from './scrape.ts';

/** Which series of a name count, by one label. */
export interface LabelMatch {
  label: string;
  oneOf?: readonly string[];
  noneOf?: readonly string[];
  startsWith?: readonly string[];
  /** That no series matches means that it is not told, not that there were none. */
  told?: boolean;
}

/** Two scrapes of one engine; `elapsedS` is the time between them, above 0. */
export interface ScrapePair {
  before: Scrape;
  after: Scrape;
  elapsedS: number;
}

/** The series of a name that match; null: it is not told, as the name is not there or none of its series has the label. */
export function seriesOf(scrape: Scrape, name: string, where?: LabelMatch): readonly Series[] | null {
  const all = scrape.series.get(name);
  if (all === undefined || where === undefined) return all ?? null;
  if (all.length > 0 && !all.some(({ labels }) => labels.has(where.label))) return null;
  const matching = all.filter(({ labels }) => matches(labels.get(where.label) ?? '', where));
  return matching.length === 0 && where.told === true ? null : matching;
}

function matches(value: string, { oneOf, noneOf, startsWith }: LabelMatch): boolean {
  if (oneOf !== undefined && !oneOf.includes(value)) return false;
  if (noneOf?.includes(value) === true) return false;
  return startsWith === undefined || startsWith.some((beginning) => value.startsWith(beginning));
}

/**
 * By how much a counter grew between two scrapes, through all its series. A series that is new began at 0, one that is gone does not count.
 * Null: it is not there, went backwards, is no number, or the process is another one than before.
 */
export function counterDelta({ before, after }: ScrapePair, name: string, where?: LabelMatch): number | null {
  const now = seriesOf(after, name, where);
  if (now === null || isOtherProcess(before, after) || after.truncated || before.truncated) return null;
  const earlier = new Map((before.series.get(name) ?? []).map((each) => [seriesKey(each.labels), each.value]));
  let sum = 0;
  for (const { labels, value } of now) {
    const grown = value - (earlier.get(seriesKey(labels)) ?? 0);
    if (!Number.isFinite(grown) || grown < 0) return null;
    sum += grown;
  }
  return sum;
}

/** Told by when the process began, where the exporter says that: a counter may have overtaken its former self. */
export function isOtherProcess(before: Scrape, after: Scrape): boolean {
  const [one, other] = [before, after].map((scrape) => scrape.series.get('process_start_time_seconds')?.[0]?.value);
  return one !== undefined && other !== undefined && Math.abs(one - other) > 1;
}

/** Tells series of a name apart, whatever the order of their labels; `without`: a label that does not count. */
export function seriesKey(labels: ReadonlyMap<string, string>, without?: string): string {
  const pairs = [...labels].filter(([label]) => label !== without);
  if (pairs.length > 1) pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return JSON.stringify(pairs);
}
