import { isOtherProcess, type LabelMatch, type ScrapePair, seriesKey, seriesOf } from './counterDelta.ts';
import { readNumber } from './readSeriesLine.ts';

/** How many observations were at most `le`, from the least bound to infinity. */
export type Buckets = readonly { le: number; count: number }[];

/**
 * The observations of a histogram between two scrapes, all its series together; bounds are those of the exporter. Null: it is not there,
 * was reset, or its series have other bounds. Source: https://prometheus.io/docs/concepts/metric_types/#histogram
 */
export function histogramDelta(pair: ScrapePair, name: string, where?: LabelMatch): Buckets | null {
  const { before, after } = pair;
  const now = seriesOf(after, `${name}_bucket`, where);
  if (now === null || now.length === 0 || isOtherProcess(before, after) || before.truncated || after.truncated) return null;
  const earlier = new Map((before.series.get(`${name}_bucket`) ?? []).map((each) => [seriesKey(each.labels), each.value]));
  const members = new Set<string>();
  const sums = new Map<number, { count: number; members: number }>();
  for (const { labels, value } of now) {
    const le = readNumber(labels.get('le') ?? '');
    const grown = value - (earlier.get(seriesKey(labels)) ?? 0);
    if (le === null || Number.isNaN(le) || !Number.isFinite(grown) || grown < 0) return null;
    members.add(seriesKey(labels, 'le'));
    const sum = sums.get(le) ?? { count: 0, members: 0 };
    sums.set(le, { count: sum.count + grown, members: sum.members + 1 });
  }
  // A bound that only some have would count too little.
  if ([...sums.values()].some((sum) => sum.members !== members.size) || !sums.has(Number.POSITIVE_INFINITY)) return null;
  return [...sums].map(([le, { count }]) => ({ le, count })).sort((one, other) => one.le - other.le);
}

/**
 * The value below which the part `q` of the observations lies, evenly spread within a bucket, as `histogram_quantile` of Prometheus reckons.
 * Where that is beyond the greatest bound, that bound: it is more than that. Null: there were no observations, or no bounds.
 */
export function histogramQuantile(buckets: Buckets, q: number): number | null {
  const total = Math.max(0, ...buckets.map(({ count }) => count));
  const bounds = buckets.filter(({ le }) => Number.isFinite(le));
  const greatest = bounds.at(-1);
  if (total === 0 || greatest === undefined || !(q >= 0 && q <= 1)) return null;
  const rank = q * total;
  // Scraped while it was counted, a bucket may hold less than the one below it.
  let [below, belowLe] = [0, 0];
  for (const [index, { le, count }] of bounds.entries()) {
    const upTo = Math.max(below, count);
    if (upTo >= rank && upTo > 0) {
      if (index === 0 && le <= 0) return le;
      if (upTo === below) return belowLe;
      return belowLe + ((le - belowLe) * Math.max(0, rank - below)) / (upTo - below);
    }
    [below, belowLe] = [upTo, le];
  }
  return greatest.le;
}
