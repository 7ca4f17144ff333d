import { type MetricUnit as CatalogueUnit, engineMetricCatalogue, type MetricEntry, probeMetricCatalogue } from './engineMetricCatalogue.ts';
import { metricCatalogue } from './metricCatalogue.ts';
import type { MetricDefinition, MetricKind, MetricSubject, MetricUnit } from './metricDefinition.ts';

/** A metric by its name: of what the collector, engines or probes measure. One name may stand for one thing of engines and another of probes. */
export interface MeasuredMetric extends MetricDefinition {
  name: string;
}

const units: Readonly<Record<CatalogueUnit, MetricUnit>> = {
  ...{ flag: 'flag', ratio: 'ratio', s: 'seconds', ms: 'milliseconds', B: 'bytes', count: 'count', '1/s': 'perSecond' },
  ...{ tokens: 'tokens', 'tokens/s': 'tokensPerSecond', days: 'days' },
};

const worseHigh =
  /^(?:wedged|waiting|swapped|preemptionsPerSecond|kvCacheUsedRatio|errorRatio|backendsDown|connectionsUsedRatio|connectionsDroppedPerSecond|rollbackRatio|deadlocksPerSecond|replicationLagS|memoryUsedRatio|evictionsPerSecond|(?:connect|firstByte|total|resolve|firstToken|firstAnswer)S)$|P\d\dS$/;
const worseLow = /^(?:up|correct|prefixCacheHitRatio|cacheHitRatio|tlsDaysLeft|tokensPerSecond|modelsInVramRatio)$/;

function kindOf(name: string, { unit }: MetricEntry): MetricKind {
  if (unit === 'flag') return 'state';
  if (name.endsWith('Total')) return 'total';
  return /PerSecond$|P\d\dS$/.test(name) ? 'rate' : 'level';
}

const listed = (catalogue: Readonly<Record<string, MetricEntry>>, subject: MetricSubject): MeasuredMetric[] =>
  Object.entries(catalogue).map(([name, entry]) => ({
    ...{ name, label: entry.title, unit: units[entry.unit], kind: kindOf(name, entry), subjects: [subject] },
    bad: worseHigh.test(name) ? 'high' : worseLow.test(name) ? 'low' : 'none',
  }));

const engines = listed(engineMetricCatalogue, 'engine');
const probes = listed(probeMetricCatalogue, 'probe');

/** All that is measured of servers, of engines and by probes. */
export const measuredMetrics: readonly MeasuredMetric[] = [
  ...Object.entries(metricCatalogue).map(([name, definition]) => ({ name, ...definition })),
  ...engines,
  ...probes,
];

const byName = new Map(
  measuredMetrics.map((metric) => [
    `${metric.subjects.includes('engine') ? 'engine' : metric.subjects.includes('probe') ? 'probe' : ''} ${metric.name}`,
    metric,
  ]),
);

/** What is known of a metric of a subject as readings have it (`engine:vllm`, empty for the server itself); null: nothing. */
export function measuredMetric(name: string, subject: string): MeasuredMetric | null {
  const kind = /^(engine|probe):/.exec(subject)?.[1] ?? '';
  return byName.get(`${kind} ${name}`) ?? null;
}
