import type { MetricDefinition } from './metricDefinition.ts';

const container = ['container'] as const;

/** Metrics of containers. */
export const containerMetrics = {
  containerCount: { label: 'Containers', unit: 'count', kind: 'level', subjects: ['host'], bad: 'none' },
  containerRunning: { label: 'Container runs', unit: 'flag', kind: 'state', subjects: container, bad: 'low' },
  containerHealthy: { label: 'Container is healthy by its own check', unit: 'flag', kind: 'state', subjects: container, bad: 'low' },
  containerRestarts: { label: 'Restarts of the container', unit: 'count', kind: 'total', subjects: container, bad: 'high' },
  containerRestartsRecent: { label: 'Restarts of the container in 10 minutes', unit: 'count', kind: 'level', subjects: container, bad: 'high' },
  containerOomKilled: { label: 'Container was killed for memory', unit: 'flag', kind: 'state', subjects: container, bad: 'high' },
  containerExitCode: { label: 'Exit code of the container', unit: 'code', kind: 'state', subjects: container, bad: 'high' },
  containerUptimeSeconds: { label: 'Time since the container started', unit: 'seconds', kind: 'level', subjects: container, bad: 'none' },
  containerCpuCores: { label: 'CPU used by the container', unit: 'cores', kind: 'rate', subjects: container, bad: 'high' },
  containerMemoryUsedBytes: { label: 'Memory used by the container', unit: 'bytes', kind: 'level', subjects: container, bad: 'high' },
  containerMemoryLimitBytes: { label: 'Memory the container may use', unit: 'bytes', kind: 'level', subjects: container, bad: 'none' },
  containerMemoryUsedRatio: { label: 'Share of its memory used by the container', unit: 'ratio', kind: 'level', subjects: container, bad: 'high' },
  containerProcessCount: { label: 'Processes of the container', unit: 'count', kind: 'level', subjects: container, bad: 'none' },
  containerReceivedBytesPerSecond: { label: 'Received by the container', unit: 'bytesPerSecond', kind: 'rate', subjects: container, bad: 'none' },
  containerSentBytesPerSecond: { label: 'Sent by the container', unit: 'bytesPerSecond', kind: 'rate', subjects: container, bad: 'none' },
  containerReadBytesPerSecond: { label: 'Read from drives by the container', unit: 'bytesPerSecond', kind: 'rate', subjects: container, bad: 'none' },
  containerWrittenBytesPerSecond: { label: 'Written to drives by the container', unit: 'bytesPerSecond', kind: 'rate', subjects: container, bad: 'none' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
