import { expect, test } from 'vitest';
import { engineMetricCatalogue, probeMetricCatalogue } from './engineMetricCatalogue.ts';
import { measuredMetric, measuredMetrics } from './measuredMetrics.ts';
import { metricCatalogue } from './metricCatalogue.ts';

test('all that any catalogue has is listed, once for each that it is measured of', () => {
  const wanted = [metricCatalogue, engineMetricCatalogue, probeMetricCatalogue].flatMap((catalogue) => Object.keys(catalogue));
  expect(measuredMetrics.map(({ name }) => name).sort()).toEqual(wanted.sort());
  expect(new Set(measuredMetrics.map(({ name, subjects }) => `${subjects.join()} ${name}`)).size).toBe(measuredMetrics.length);
  for (const { label, unit, subjects } of measuredMetrics)
    expect([label === '', unit === undefined, subjects.length]).toEqual([false, false, expect.any(Number)]);
});

test('one name means what it is measured of', () => {
  expect(measuredMetric('memoryUsedBytes', '')).toMatchObject({ unit: 'bytes', label: 'Memory used', subjects: ['host'] });
  expect(measuredMetric('memoryUsedBytes', 'engine:redis')).toMatchObject({ unit: 'bytes', label: 'Memory in use', subjects: ['engine'] });
  expect(measuredMetric('up', 'engine:vllm')?.label).toBe('Answers');
  expect(measuredMetric('up', 'probe:probe_1')?.label).toBe('As wanted');
  expect(measuredMetric('up', '')).toBeNull();
  expect(measuredMetric('gpuUsedRatio', 'gpu:GPU-1')?.unit).toBe('ratio');
});

test.each([
  ['firstTokenP95S', 'engine:a', 'seconds', 'rate', 'high'],
  ['generationTokensPerSecond', 'engine:a', 'tokensPerSecond', 'rate', 'none'],
  ['promptTokensTotal', 'engine:a', 'tokens', 'total', 'none'],
  ['up', 'probe:a', 'flag', 'state', 'low'],
  ['tlsDaysLeft', 'probe:a', 'days', 'level', 'low'],
] as const)('%s of %s', (name, subject, unit, kind, bad) => {
  expect(measuredMetric(name, subject)).toMatchObject({ unit, kind, bad });
});
