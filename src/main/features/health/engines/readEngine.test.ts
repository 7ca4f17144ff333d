import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type EngineMetric, engineMetricCatalogue } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { EngineKind } from './engineTable.ts';
import { engineTable } from './engineTable.ts';
import { parseScrape } from './parseScrape.ts';
import { downReadings, engineKindOf, readEngine } from './readEngine.ts';
import { testRandom } from './testRandom.ts';
import { wantedNames } from './wantedNames.ts';

const textOf = (name: string) => readFileSync(join(import.meta.dirname, 'corpus', `${name}.txt`), 'utf8');
const taken = (name: string, atMs: number, kind?: EngineKind) => ({
  scrape: parseScrape(textOf(name), kind === undefined ? {} : { wants: (each) => wantedNames(kind).has(each) }),
  atMs,
});

/** What each engine says 10 s after its first scrape; the figures are those the scrapes were made of. */
const expected: [kind: EngineKind, tool: string, values: Partial<Record<EngineMetric, number>>][] = [
  [
    'vllm',
    'vllm-0.11.0',
    {
      ...{ up: 1, running: 12, waiting: 5, kvCacheUsedRatio: 0.6321, prefixCacheHitRatio: 0.5 },
      // 20 in (0.08, 0.1], 15 in (0.25, 0.5], 5 in (2.5, 5].
      ...{ firstTokenP50S: 0.1, firstTokenP95S: 4, firstTokenP99S: 4.8 },
      ...{ interTokenP50S: 0.025, interTokenP95S: 0.0475, interTokenP99S: 0.0495 },
      ...{ latencyP50S: 1.5, latencyP95S: 9.5, latencyP99S: 9.9, queueP50S: 0.15, queueP95S: 0.285, queueP99S: 0.297 },
      ...{ promptTokensPerSecond: 1000, generationTokensPerSecond: 300, promptTokensTotal: 61_200, generationTokensTotal: 21_800 },
      ...{ requestsTotal: 122, requestsPerSecond: 4.2, preemptionsPerSecond: 0, errorRatio: 0.1 },
    },
  ],
  [
    'vllm',
    'vllm-0.8.5',
    {
      ...{ up: 1, running: 12, waiting: 5, kvCacheUsedRatio: 0.6321, prefixCacheHitRatio: 0.5 },
      ...{ firstTokenP50S: 0.1, firstTokenP95S: 4, firstTokenP99S: 4.8 },
      ...{ interTokenP50S: 0.025, interTokenP95S: 0.0475, interTokenP99S: 0.0495 },
      ...{ latencyP50S: 1.5, latencyP95S: 9.5, latencyP99S: 9.9, queueP50S: 0.15, queueP95S: 0.285, queueP99S: 0.297 },
      ...{ promptTokensPerSecond: 1000, generationTokensPerSecond: 300, promptTokensTotal: 61_200, generationTokensTotal: 21_800 },
      ...{ requestsTotal: 122, requestsPerSecond: 4.2, preemptionsPerSecond: 0, errorRatio: 0.1 },
    },
  ],
  [
    'vllm',
    'vllm-0.6.3',
    {
      ...{ up: 1, running: 3, waiting: 1, swapped: 1, kvCacheUsedRatio: 0.22 },
      ...{ firstTokenP50S: 0.03, firstTokenP95S: 0.039, firstTokenP99S: 0.0398 },
      ...{ interTokenP50S: 0.0175, interTokenP95S: 0.02425, interTokenP99S: 0.02485 },
      ...{ latencyP50S: 1.75, latencyP95S: 2.425, latencyP99S: 2.485 },
      ...{ promptTokensPerSecond: 100, generationTokensPerSecond: 60, promptTokensTotal: 5000, generationTokensTotal: 1600 },
      ...{ requestsTotal: 14, requestsPerSecond: 0.4, preemptionsPerSecond: 0, errorRatio: Number.NaN },
    },
  ],
  ['tensorzero', 'tensorzero-2025.10.2', { up: 1, requestsPerSecond: 6, requestsTotal: 480, overheadP50S: 0.002, overheadP95S: 0.004, overheadP99S: 0.008 }],
  ['tensorzero', 'tensorzero-2026.2.0', { up: 1, requestsPerSecond: 6, requestsTotal: 480, overheadP50S: 0.001, overheadP95S: 0.0091, overheadP99S: 0.00982 }],
  [
    'litellm',
    'litellm-1.79.0',
    {
      ...{ up: 1, running: 9, backendsDown: 1, errorRatio: 0.05, cacheHitRatio: 0.25 },
      ...{ firstTokenP50S: 0.1 + (0.4 * 20) / 30, firstTokenP95S: 0.9, firstTokenP99S: 0.98 },
      ...{ latencyP50S: 2.25, latencyP95S: 2.475, latencyP99S: 2.495 },
      ...{ interTokenP50S: 0.0175, interTokenP95S: 0.02425, interTokenP99S: 0.02485 },
      ...{ promptTokensPerSecond: 900, generationTokensPerSecond: 600, promptTokensTotal: 99_000, generationTokensTotal: 36_000 },
      ...{ requestsTotal: 1210, requestsPerSecond: 20 },
    },
  ],
  [
    'tei',
    'tei-1.8.2',
    {
      ...{ up: 1, waiting: 17, promptTokensPerSecond: 3000, promptTokensTotal: 81_000, requestsTotal: 240, requestsPerSecond: 10, errorRatio: 0.05 },
      latencyP50S: (0.000015 * 1.5 ** 17 + 0.000015 * 1.5 ** 18) / 2,
    },
  ],
  [
    'weaviate',
    'weaviate-1.33.0',
    {
      up: 1,
      running: 2,
      latencyP50S: 0.03,
      latencyP95S: 0.048,
      latencyP99S: 0.0496,
      requestsTotal: 604,
      requestsPerSecond: 10,
      errorRatio: 0.05,
      objects: 129_000,
    },
  ],
  [
    'nginx',
    'nginx-exporter-1.5.0',
    { up: 1, running: 180, connections: 300, connectionsIdle: 115, requestsTotal: 31_070_665, requestsPerSecond: 20, connectionsDroppedPerSecond: 1 },
  ],
  [
    'postgres',
    'postgres-exporter-0.18.1',
    {
      ...{ up: 1, running: 6, connections: 40, connectionsUsedRatio: 0.4, transactionsPerSecond: 100, rollbackRatio: 0.05, cacheHitRatio: 0.9 },
      ...{ deadlocksPerSecond: 0, replicationLagS: 0.75, storedBytes: 5_107_500_000 },
    },
  ],
  [
    'redis',
    'redis-exporter-1.79.0',
    {
      ...{ up: 1, connections: 14, connectionsUsedRatio: 0.0014, connectionsDroppedPerSecond: 0, requestsTotal: 50_500, requestsPerSecond: 50 },
      ...{ cacheHitRatio: 0.75, evictionsPerSecond: 2, memoryUsedBytes: 1.5e8, memoryUsedRatio: 0.75, objects: 422 },
    },
  ],
];

const asRecord = (readings: ReturnType<typeof readEngine>) => Object.fromEntries(readings.map(({ metric, value }) => [metric, value]));

it.each(expected)('%s: what %s says, in common names', (kind, tool, values) => {
  const readings = readEngine({ container: 'ph-chat-1', kind }, taken(`${tool}-after`, 11_000, kind), taken(`${tool}-before`, 1000, kind));
  const record = asRecord(readings);
  for (const [metric, value] of Object.entries(values)) {
    if (Number.isNaN(value)) expect(record, metric).not.toHaveProperty(metric);
    else expect(record[metric], metric).toBeCloseTo(value, 9);
  }
  if (kind !== 'tei')
    expect(Object.keys(record).sort()).toEqual(
      Object.keys(values)
        .filter((metric) => !Number.isNaN(values[metric as EngineMetric]))
        .sort(),
    );
  expect(readings.every(({ subject, metric }) => subject === 'engine:ph-chat-1' && metric in engineMetricCatalogue)).toBe(true);
  expect(engineKindOf(taken(`${tool}-after`, 0).scrape)).toBe(kind);
});

it('says as much where only the names that count are kept', () => {
  for (const [kind, tool] of expected) {
    const [whole, wanted] = [undefined, kind].map((filter) =>
      readEngine({ container: 'a', kind }, taken(`${tool}-after`, 2000, filter), taken(`${tool}-before`, 1000, filter)),
    );
    expect(wanted).toEqual(whole);
  }
});

it('tells neither rates nor quantiles of one scrape, nor of two at one time, nor across a restart', () => {
  const engine = { container: 'a', kind: 'vllm' } as const;
  const alone = ['up', 'running', 'waiting', 'kvCacheUsedRatio', 'promptTokensTotal', 'generationTokensTotal', 'requestsTotal'];
  const after = taken('vllm-0.11.0-after', 1000);
  expect(Object.keys(asRecord(readEngine(engine, after, null)))).toEqual(alone);
  expect(Object.keys(asRecord(readEngine(engine, after, after)))).toEqual(alone);
  expect(Object.keys(asRecord(readEngine(engine, taken('vllm-0.11.0-restarted', 2000), after)))).toEqual(alone);
});

it('keeps quiet about a counter that went backwards, and goes on with the others', () => {
  const scrape = (prompt: number, generation: number) => ({
    scrape: parseScrape(`vllm:prompt_tokens_total 100\nvllm:prompt_tokens_total{m="b"} ${prompt}\nvllm:generation_tokens_total ${generation}`),
    atMs: prompt + generation,
  });
  const record = asRecord(readEngine({ container: 'a', kind: 'vllm' }, scrape(50, 2000), scrape(60, 1000)));
  expect(record).not.toHaveProperty('promptTokensPerSecond');
  expect(record['generationTokensPerSecond']).toBeCloseTo(1000 / 0.99, 6);
});

it('takes a server that has nothing to say yet for one that is up', () => {
  expect(readEngine({ container: 'a', kind: 'tei' }, taken('tei-1.8.2-fresh', 0), null)).toEqual([{ subject: 'engine:a', metric: 'up', value: 1 }]);
  const record = asRecord(readEngine({ container: 'a', kind: 'tei' }, taken('tei-1.8.2-before', 10_000), taken('tei-1.8.2-fresh', 0)));
  expect(record).toMatchObject({ requestsPerSecond: 14, errorRatio: 0 });
});

it('reckons no share of counters of which one went backwards, or of which some may be left out', () => {
  const scrape = (hit: number, read: number, atMs: number, limits = {}) => ({
    scrape: parseScrape(`pg_stat_database_blks_hit ${hit}\npg_stat_database_blks_read ${read}\npg_stat_database_deadlocks 5`, { limits }),
    atMs,
  });
  const engine = { container: 'a', kind: 'postgres' } as const;
  expect(asRecord(readEngine(engine, scrape(200, 60, 2000), scrape(100, 50, 1000)))['cacheHitRatio']).toBeCloseTo(100 / 110, 9);
  expect(asRecord(readEngine(engine, scrape(200, 6, 2000), scrape(100, 50, 1000)))).not.toHaveProperty('cacheHitRatio');
  const cut = asRecord(readEngine(engine, scrape(200, 60, 2000, { series: 2 }), scrape(100, 50, 1000)));
  expect(cut).not.toHaveProperty('cacheHitRatio');
});

it('takes a page that is no scrape for no answer', () => {
  const page = { scrape: parseScrape('<html>\n<h1>502 Bad Gateway</h1>\n'), atMs: 0 };
  expect(readEngine({ container: 'a', kind: 'vllm' }, page, null)).toEqual(downReadings('a'));
});

it('believes an exporter that what it looks at is down', () => {
  expect(readEngine({ container: 'lb', kind: 'nginx' }, taken('nginx-exporter-1.5.0-down', 0), null)).toEqual(downReadings('lb'));
});

it('reckons no part of a limit that is none', () => {
  expect(asRecord(readEngine({ container: 'a', kind: 'redis' }, taken('redis-exporter-1.79.0-before', 0), null))).not.toHaveProperty('memoryUsedRatio');
});

it('falls back to failures by class where the status is not told', () => {
  const scrape = (all: number, failed: number, atMs: number) => ({
    scrape: parseScrape(`litellm_proxy_total_requests_metric_total{team="a"} ${all}\nlitellm_proxy_failed_requests_metric_total{team="a"} ${failed}`),
    atMs,
  });
  const record = asRecord(readEngine({ container: 'a', kind: 'litellm' }, scrape(200, 8, 2000), scrape(100, 3, 1000)));
  expect(record['errorRatio']).toBeCloseTo(0.05, 9);
});

it('gives only numbers, of names it knows, whatever is scraped', () => {
  const random = testRandom(11);
  const kinds = Object.keys(engineTable) as EngineKind[];
  const names = kinds.flatMap((kind) => [...wantedNames(kind)].map((name) => [kind, name] as const));
  const values = ['NaN', '+Inf', '-Inf', '-1', '0', '1', '1e308', '5', '12.5', '9007199254740993'];
  const labels = ['', '{le="1"}', '{le="+Inf"}', '{le="x"}', '{quantile="0.5"}', '{status="5xx"}', '{err="a"}', '{state="active"}', '{le="1",engine="1"}'];
  const text = (kind: EngineKind) =>
    Array.from({ length: random(12) }, () => {
      const [of, name] = names[random(names.length)] ?? ['vllm', 'x'];
      return of === kind || random(3) === 0 ? `${name}${labels[random(labels.length)]} ${values[random(values.length)]}` : '';
    }).join('\n');
  for (let round = 0; round < 20_000; round += 1) {
    const kind = kinds[random(kinds.length)] ?? 'vllm';
    const [before, after] = [text(kind), text(kind)].map((each) => parseScrape(each));
    if (before === undefined || after === undefined) continue;
    for (const { metric, value } of readEngine({ container: 'a', kind }, { scrape: after, atMs: random(3) * 1000 }, { scrape: before, atMs: 1000 })) {
      const entry = engineMetricCatalogue[metric as EngineMetric];
      if (entry === undefined || !Number.isFinite(value) || (entry.unit === 'ratio' && value < 0)) throw new Error(`${metric} ${value} ${round}`);
    }
  }
});
