import { expect, test } from 'vitest';
import type { ServerId } from '../../../../shared/model/ids.ts';
import { metricCatalogue } from '../../../../shared/model/metricCatalogue.ts';
import type { ReadingsAnswer, SeriesPoints } from '../../../database/readings/readingsTypes.ts';
import { exportedMetric, subjectParts } from './exportedMetric.ts';
import { openMetricsText, prometheusText } from './prometheusText.ts';
import { csvHeading, readingsCsv } from './readingsCsv.ts';

const a = 'srv_a' as ServerId;
const b = 'srv_b' as ServerId;
const nameOf = (id: ServerId) => ({ srv_a: 'gpu-1', srv_b: '=gpu "2"\n\\' })[id as string] ?? null;

test.each([
  ['host', 'cpuUsedRatio', 'pilothouse_host_cpu_used_ratio', 1],
  ['host', 'load1PerCpu', 'pilothouse_host_load1_per_cpu', 1],
  ['host', 'oomKills', 'pilothouse_host_oom_kills_total', 1],
  ['disk', 'inodesTotal', 'pilothouse_disk_inodes', 1],
  ['disk', 'diskUsedBytes', 'pilothouse_disk_used_bytes', 1],
  ['gpu', 'vramUsedBytes', 'pilothouse_gpu_vram_used_bytes', 1],
  ['gpu', 'gpuTemperatureCelsius', 'pilothouse_gpu_temperature_celsius', 1],
  ['nic', 'receivedBytesPerSecond', 'pilothouse_nic_received_bytes_per_second', 1],
  ['host', 'receivedBytesPerSecond', 'pilothouse_host_received_bytes_per_second', 1],
  ['engine', 'firstTokenP50S', 'pilothouse_engine_first_token_p50_seconds', 1],
  ['engine', 'promptTokensTotal', 'pilothouse_engine_prompt_tokens_total', 1],
  ['probe', 'tlsDaysLeft', 'pilothouse_probe_tls_left_seconds', 86_400],
  ['probe', 'up', 'pilothouse_probe_up', 1],
  ['odd', 'no-such metric', 'pilothouse_odd_no_such_metric', 1],
])('a %s’s %s is %s elsewhere', (kind, metric, name, factor) => {
  expect(exportedMetric(kind, metric)).toMatchObject({ name, factor });
});

test('every metric of the collector has a name of its own that Prometheus takes, `_total` only where it grows', () => {
  const names = Object.entries(metricCatalogue).flatMap(([metric, { subjects, kind }]) =>
    subjects.map((subject) => {
      const exported = exportedMetric(subject, metric);
      expect(exported.name).toMatch(/^pilothouse_[a-z][a-z0-9]*(_[a-z0-9]+)+$/);
      expect([metric, exported.name.endsWith('_total')]).toEqual([metric, kind === 'total']);
      return exported.name;
    }),
  );
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ['', { kind: 'host', name: '' }],
  ['disk:/data', { kind: 'disk', name: '/data' }],
  ['container:a:b', { kind: 'container', name: 'a:b' }],
  ['strange', { kind: 'subject', name: 'strange' }],
  [':x', { kind: 'subject', name: 'x' }],
])('subject “%s” in parts', (subject, parts) => expect(subjectParts(subject)).toEqual(parts));

test('newest values are one scrape: metrics together, labels escaped, no server without a name', async () => {
  const pieces = prometheusText(
    [
      { serverId: a, readings: [{ subject: '', metric: 'load1', value: Math.fround(0.1), atMs: 5 }] },
      {
        serverId: b,
        readings: [
          { subject: 'gpu:GPU-1', metric: 'eccCorrectedErrors', value: 7, atMs: 5 },
          { subject: '', metric: 'load1', value: 2, atMs: 5 },
        ],
      },
      { serverId: 'srv_gone' as ServerId, readings: [{ subject: '', metric: 'load1', value: 3, atMs: 5 }] },
    ],
    nameOf,
  );
  let text = '';
  for await (const piece of pieces) text += piece;
  expect(text).toBe(
    [
      '# HELP pilothouse_gpu_ecc_corrected_errors_total GPU memory errors corrected since the boot',
      '# TYPE pilothouse_gpu_ecc_corrected_errors_total counter',
      'pilothouse_gpu_ecc_corrected_errors_total{server="=gpu \\"2\\"\\n\\\\",gpu="GPU-1"} 7',
      '# HELP pilothouse_host_load1 Load over 1 minute',
      '# TYPE pilothouse_host_load1 gauge',
      'pilothouse_host_load1{server="gpu-1"} 0.1',
      'pilothouse_host_load1{server="=gpu \\"2\\"\\n\\\\"} 2',
      '',
    ].join('\n'),
  );
});

const points = (subject: string, metric: string, values: number[]): SeriesPoints => {
  const floats = Float32Array.from(values);
  const shape = { atMs: Float64Array.from(values, (_, index) => 1_000_500 + index * 60_000), count: new Uint32Array(values.length).fill(2) };
  return {
    subject,
    metric,
    ...shape,
    min: floats.map((value) => value - 1),
    max: floats.map((value) => value + 1),
    mean: floats,
    last: floats.map((value) => value + 0.5),
  };
};
const answer = (stepMs: number): ReadingsAnswer => ({
  stepMs,
  servers: [{ serverId: b, series: [points('disk:/data', 'diskUsedBytes', [10, -2]), points('gpu:x', 'eccCorrectedErrors', [4])] }],
});

test('a query is OpenMetrics with times: means, and last values of what grows', () => {
  expect(openMetricsText(answer(60_000), () => 'gpu-2')).toBe(
    [
      '# TYPE pilothouse_disk_used_bytes gauge',
      '# HELP pilothouse_disk_used_bytes Disk used',
      'pilothouse_disk_used_bytes{server="gpu-2",disk="/data"} 10 1000.5',
      'pilothouse_disk_used_bytes{server="gpu-2",disk="/data"} -2 1060.5',
      '# TYPE pilothouse_gpu_ecc_corrected_errors counter',
      '# HELP pilothouse_gpu_ecc_corrected_errors GPU memory errors corrected since the boot',
      'pilothouse_gpu_ecc_corrected_errors_total{server="gpu-2",gpu="x"} 4.5 1000.5',
      '',
    ].join('\n'),
  );
  expect(openMetricsText(answer(60_000), () => 'gpu-2', { heading: false })).not.toContain('#');
  expect(openMetricsText({ stepMs: 0, servers: [] }, nameOf)).toBe('');
});

test('a query is CSV with the step of its points, formulas made harmless', () => {
  const name = '"\'=gpu ""2""\n\\"';
  expect(csvHeading).toBe('time,server,subject,metric,unit,step_s,count,min,max,mean,last\n');
  expect([...readingsCsv(answer(60_000), nameOf)].join('')).toBe(
    [
      `1970-01-01T00:16:40.500Z,${name},disk:/data,diskUsedBytes,bytes,60,2,9,11,10,10.5`,
      `1970-01-01T00:17:40.500Z,${name},disk:/data,diskUsedBytes,bytes,60,2,-3,-1,-2,-1.5`,
      `1970-01-01T00:16:40.500Z,${name},gpu:x,eccCorrectedErrors,count,60,2,3,5,4,4.5`,
      '',
    ].join('\n'),
  );
});
