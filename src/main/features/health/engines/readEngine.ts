import { type EngineMetric, engineMetricCatalogue } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { counterDelta, type LabelMatch, type ScrapePair, seriesOf } from './counterDelta.ts';
import type { Distribution, EngineDefinition, EngineSource } from './engineSources.ts';
import { type EngineKind, engineTable } from './engineTable.ts';
import { histogramDelta, histogramQuantile } from './histogram.ts';
import { readNumber } from './readSeriesLine.ts';
import type { Scrape } from './scrape.ts';

/** A scrape with the time it was taken at, by a clock that never goes back, in ms. */
export interface TakenScrape {
  scrape: Scrape;
  atMs: number;
}

/**
 * What an engine says, in common names; subject `engine:CONTAINER`. Rates and quantiles need the scrape before; without it, and where
 * counters went backwards, they are left out. An engine that does not answer is `downReadings`, as is what answers something else.
 */
export function readEngine(engine: { container: string; kind: EngineKind }, after: TakenScrape, before: TakenScrape | null): Reading[] {
  if (after.scrape.series.size === 0 && after.scrape.badLines > 0) return downReadings(engine.container);
  const definition: EngineDefinition = engineTable[engine.kind];
  const elapsedS = before === null ? 0 : (after.atMs - before.atMs) / 1000;
  const pair = before === null || elapsedS <= 0 ? null : { before: before.scrape, after: after.scrape, elapsedS };
  const values = new Map<EngineMetric, number>([['up', isUp(definition, after.scrape)]]);
  for (const source of definition.sources) {
    for (const [metric, value] of valuesOf(source, after.scrape, pair)) if (isTold(metric, value) && !values.has(metric)) values.set(metric, value);
  }
  return [...values].map(([metric, value]) => ({ subject: `engine:${engine.container}`, metric, value }));
}

/** vLLM V0 says -1 of a cache that is not in use. */
function isTold(metric: EngineMetric, value: number): boolean {
  return Number.isFinite(value) && !(engineMetricCatalogue[metric].unit === 'ratio' && value < 0);
}

/** What is known of an engine that does not answer. */
export function downReadings(container: string): Reading[] {
  return [{ subject: `engine:${container}`, metric: 'up' satisfies EngineMetric, value: 0 }];
}

/** The kind of engine that a scrape is of; null: none that is known. */
export function engineKindOf(scrape: Scrape): EngineKind | null {
  const kinds = Object.keys(engineTable) as EngineKind[];
  return kinds.find((kind) => engineTable[kind].knownBy.some((name) => scrape.series.has(name))) ?? null;
}

function isUp({ upGauge }: EngineDefinition, scrape: Scrape): number {
  const told = upGauge === undefined ? undefined : scrape.series.get(upGauge);
  return told === undefined || told.every(({ value }) => value === 1) ? 1 : 0;
}

type Values = [EngineMetric, number][];

function valuesOf(source: EngineSource, scrape: Scrape, pair: ScrapePair | null): Values {
  switch (source.how) {
    case 'gauge':
      return one(source.metric, first(source.names, (name) => folded(scrape, name, source.where, source.fold ?? 'sum')) * (source.scale ?? 1));
    case 'total':
      return one(
        source.metric,
        first(source.names, (name) => folded(scrape, name, undefined, 'sum')),
      );
    case 'having':
      return one(
        source.metric,
        first(source.names, (name) => scrape.series.get(name)?.filter(({ value }) => value === source.value).length ?? Number.NaN),
      );
    case 'part': {
      const [value, of] = [source.names, source.of].map((names) => first(names, (name) => folded(scrape, name, undefined, 'sum')));
      return one(source.metric, of !== undefined && of > 0 ? (value ?? Number.NaN) / of : Number.NaN);
    }
    case 'rate':
      return pair === null ? [] : one(source.metric, rateOf(source, pair));
    case 'share': {
      if (pair === null) return [];
      const grown = source.of.map((name) => counterDelta(pair, name)).filter((each) => each !== null);
      const of = grown.reduce((sum, each) => sum + each, 0);
      const whole = source.of.every((name) => isAbsent(pair, name) || counterDelta(pair, name) !== null);
      return one(source.metric, whole && of > 0 ? Math.min(1, shareDelta(source, pair) / of) : Number.NaN);
    }
    case 'histogram':
      return pair === null ? [] : quantilesOf(source, pair);
    case 'summary':
      return summaryOf(source, scrape);
  }
}

function rateOf(source: Extract<EngineSource, { how: 'rate' }>, pair: ScrapePair): number {
  const grown = first(source.names, (name) => counterDelta(pair, name) ?? Number.NaN);
  const more = sumOf((source.and ?? []).map((name) => counterDelta(pair, name)));
  const less = sumOf((source.less ?? []).map((name) => counterDelta(pair, name)));
  return Math.max(0, grown + more - less) / pair.elapsedS;
}

function shareDelta({ name, where, absentIsNone }: Extract<EngineSource, { how: 'share' }>, pair: ScrapePair): number {
  return absentIsNone === true && isAbsent(pair, name) ? 0 : (counterDelta(pair, name, where) ?? Number.NaN);
}

const isAbsent = ({ before, after }: ScrapePair, name: string): boolean => !before.series.has(name) && !after.series.has(name);

function quantilesOf(source: Extract<EngineSource, { how: 'histogram' }>, pair: ScrapePair): Values {
  for (const name of source.names) {
    const buckets = histogramDelta(pair, name);
    if (buckets !== null) return threeOf(source.metric, (q) => (histogramQuantile(buckets, q) ?? Number.NaN) * (source.scale ?? 1));
  }
  return [];
}

function summaryOf(source: Extract<EngineSource, { how: 'summary' }>, scrape: Scrape): Values {
  for (const name of source.names) {
    const all = (scrape.series.get(name) ?? []).filter(({ labels, value }) => labels.has('quantile') && Number.isFinite(value));
    if (all.length === 0) continue;
    const worst = (q: number) => {
      const values = all.filter(({ labels }) => readNumber(labels.get('quantile') ?? '') === q).map(({ value }) => value);
      return values.length === 0 ? Number.NaN : values.reduce((a, b) => Math.max(a, b)) * (source.scale ?? 1);
    };
    return threeOf(source.metric, worst);
  }
  return [];
}

const threeOf = (metric: Distribution, quantile: (q: number) => number): Values => [
  [`${metric}P50S`, quantile(0.5)],
  [`${metric}P95S`, quantile(0.95)],
  [`${metric}P99S`, quantile(0.99)],
];

function folded(scrape: Scrape, name: string, where: LabelMatch | undefined, fold: 'sum' | 'max'): number {
  const values = (seriesOf(scrape, name, where) ?? []).map(({ value }) => value).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return where !== undefined && seriesOf(scrape, name, where) !== null ? 0 : Number.NaN;
  return values.reduce((a, b) => (fold === 'sum' ? a + b : Math.max(a, b)));
}

function first(names: readonly string[], read: (name: string) => number): number {
  for (const name of names) {
    const value = read(name);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

const one = (metric: EngineMetric, value: number): Values => [[metric, value]];
const sumOf = (values: readonly (number | null)[]): number => values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0);
