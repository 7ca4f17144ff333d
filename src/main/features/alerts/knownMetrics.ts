import { engineMetricCatalogue, probeMetricCatalogue } from '../../../shared/model/engineMetricCatalogue.ts';
import { metricCatalogue } from '../../../shared/model/metricCatalogue.ts';
import type { KnownMetric } from './lintTypes.ts';

/** What this program judges by itself: of connections, and of its own telling. */
const judged: readonly KnownMetric[] = [
  { name: 'serverReachable', on: 'server', unit: 'flag' },
  { name: 'serverLogin', on: 'server', unit: 'flag' },
  { name: 'sampleAgeS', on: 'server', unit: 's' },
  { name: 'computerOffline', on: 'computer', unit: 'flag' },
  { name: 'heartbeatFailing', on: 'computer', unit: 'flag' },
  { name: 'alertsUntold', on: 'computer', unit: 'flag' },
];

/** All metrics that rules may name, each with what it is measured of. */
export function knownMetrics(): KnownMetric[] {
  const measured = Object.entries(metricCatalogue).flatMap(([name, { unit, subjects }]) =>
    subjects.map((subject): KnownMetric => ({ name, unit, on: subject === 'host' ? 'server' : subject })),
  );
  const engines = Object.entries(engineMetricCatalogue).map(([name, { unit }]): KnownMetric => ({ name, unit, on: 'engine' }));
  const probes = Object.entries(probeMetricCatalogue).map(([name, { unit }]): KnownMetric => ({ name, unit, on: 'probe' }));
  return [...measured, ...engines, ...probes, ...judged];
}
