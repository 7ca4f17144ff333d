import type { MetricDefinition } from './metricDefinition.ts';
import { containerMetrics } from './metricsOfContainers.ts';
import { gpuMetrics } from './metricsOfGpus.ts';
import { hostMetrics } from './metricsOfHosts.ts';

/** What the collector measures of servers, by name of metric. Names are never given a second meaning: stored samples have them. */
export const metricCatalogue = { ...hostMetrics, ...gpuMetrics, ...containerMetrics } as const satisfies Readonly<Record<string, MetricDefinition>>;

/** A metric that the collector measures. */
export type CollectorMetric = keyof typeof metricCatalogue;

/** What is known of a metric of the collector; null: it is none of them. */
export function metricDefinition(name: string): MetricDefinition | null {
  return Object.hasOwn(metricCatalogue, name) ? metricCatalogue[name as CollectorMetric] : null;
}
