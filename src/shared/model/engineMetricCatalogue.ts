/** What a value is counted in. A ratio goes from 0 to 1; a flag is 0 or 1. */
export type MetricUnit = 'flag' | 'ratio' | 's' | 'ms' | 'B' | 'count' | '1/s' | 'tokens' | 'tokens/s' | 'days';

/** One metric: its unit and what it says, in words of a column. */
export interface MetricEntry {
  unit: MetricUnit;
  title: string;
}

/** Three metrics for one distribution; `p50` is the median. */
const quantiles = <N extends string>(name: N, title: string) =>
  ({
    [`${name}P50S`]: { unit: 's', title: `${title}, median` },
    [`${name}P95S`]: { unit: 's', title: `${title}, 95 of 100 below` },
    [`${name}P99S`]: { unit: 's', title: `${title}, 99 of 100 below` },
  }) as Record<`${N}P${'50' | '95' | '99'}S`, MetricEntry>;

/**
 * What is read of engines, whatever they call it themselves; the subject is `engine:CONTAINER`. Quantiles and rates are those between two
 * looks. `cacheHitRatio` is of a cache of keys or answers; that of prompts a model has seen is apart, as other figures are usual for it.
 */
export const engineMetricCatalogue = {
  up: { unit: 'flag', title: 'Answers' },
  wedged: { unit: 'flag', title: 'Stuck: says that it works, and generates nothing' },
  running: { unit: 'count', title: 'Requests at work' },
  waiting: { unit: 'count', title: 'Requests waiting' },
  swapped: { unit: 'count', title: 'Requests moved out of GPU memory' },
  preemptionsPerSecond: { unit: '1/s', title: 'Requests pushed back for want of cache' },
  kvCacheUsedRatio: { unit: 'ratio', title: 'KV cache in use' },
  prefixCacheHitRatio: { unit: 'ratio', title: 'Prompt tokens found in the prefix cache' },
  cacheHitRatio: { unit: 'ratio', title: 'Cache hits' },
  ...quantiles('firstToken', 'First token'),
  ...quantiles('interToken', 'Between tokens'),
  ...quantiles('latency', 'Whole request'),
  ...quantiles('queue', 'In the queue'),
  ...quantiles('overhead', 'Added by the gateway'),
  promptTokensPerSecond: { unit: 'tokens/s', title: 'Prompt tokens' },
  generationTokensPerSecond: { unit: 'tokens/s', title: 'Generated tokens' },
  promptTokensTotal: { unit: 'tokens', title: 'Prompt tokens since its start' },
  generationTokensTotal: { unit: 'tokens', title: 'Generated tokens since its start' },
  requestsTotal: { unit: 'count', title: 'Requests since its start' },
  requestsPerSecond: { unit: '1/s', title: 'Requests' },
  errorRatio: { unit: 'ratio', title: 'Requests that failed' },
  backendsDown: { unit: 'count', title: 'Models behind the gateway that are out' },
  connections: { unit: 'count', title: 'Connections' },
  connectionsIdle: { unit: 'count', title: 'Connections kept open without a request' },
  connectionsUsedRatio: { unit: 'ratio', title: 'Connections of those allowed' },
  connectionsDroppedPerSecond: { unit: '1/s', title: 'Connections turned away' },
  transactionsPerSecond: { unit: '1/s', title: 'Transactions' },
  rollbackRatio: { unit: 'ratio', title: 'Transactions rolled back' },
  deadlocksPerSecond: { unit: '1/s', title: 'Deadlocks' },
  replicationLagS: { unit: 's', title: 'Behind the primary' },
  memoryUsedBytes: { unit: 'B', title: 'Memory in use' },
  memoryUsedRatio: { unit: 'ratio', title: 'Memory of that allowed' },
  evictionsPerSecond: { unit: '1/s', title: 'Keys pushed out for want of memory' },
  storedBytes: { unit: 'B', title: 'Data stored' },
  objects: { unit: 'count', title: 'Objects stored' },
  modelsAvailable: { unit: 'count', title: 'Models on disk' },
  modelsLoaded: { unit: 'count', title: 'Models in memory' },
  modelsBytes: { unit: 'B', title: 'Memory of the loaded models' },
  modelsVramBytes: { unit: 'B', title: 'GPU memory of the loaded models' },
  modelsInVramRatio: { unit: 'ratio', title: 'Part of the loaded models in GPU memory' },
} as const satisfies Record<string, MetricEntry>;

/** A name of `engineMetricCatalogue`. */
export type EngineMetric = keyof typeof engineMetricCatalogue;

/** What probes measure; the subject is `probe:ID`. */
export const probeMetricCatalogue = {
  up: { unit: 'flag', title: 'As wanted' },
  connectS: { unit: 's', title: 'Until connected' },
  firstByteS: { unit: 's', title: 'First byte' },
  totalS: { unit: 's', title: 'Whole answer' },
  resolveS: { unit: 's', title: 'Name resolved' },
  tlsDaysLeft: { unit: 'days', title: 'Certificate, days left' },
  firstTokenS: { unit: 's', title: 'First token, thinking or not' },
  firstAnswerS: { unit: 's', title: 'First token of the answer' },
  ...quantiles('interToken', 'Between tokens'),
  tokensPerSecond: { unit: 'tokens/s', title: 'Generated tokens' },
  thinkingTokens: { unit: 'tokens', title: 'Tokens of thinking' },
  answerTokens: { unit: 'tokens', title: 'Tokens of the answer' },
  correct: { unit: 'flag', title: 'Known answer given' },
} as const satisfies Record<string, MetricEntry>;

/** A name of `probeMetricCatalogue`. */
export type ProbeMetric = keyof typeof probeMetricCatalogue;
