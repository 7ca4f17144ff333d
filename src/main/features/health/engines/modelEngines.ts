import type { EngineDefinition } from './engineSources.ts';

const rate = { how: 'rate' } as const;
const total = { how: 'total' } as const;
const gauge = { how: 'gauge' } as const;
const histogram = { how: 'histogram' } as const;
const share = { how: 'share' } as const;
const serverErrors = { label: 'status', startsWith: ['5'] } as const;

/**
 * What engines of models and the gateways before them call the common metrics. vLLM: V1 names (0.8 and later), then those of V0;
 * `inter_token_latency` is from 0.11. Sources: https://docs.vllm.ai/en/stable/usage/metrics/,
 * https://www.tensorzero.com/docs/operations/export-prometheus-metrics, https://docs.litellm.ai/docs/proxy/prometheus,
 * https://github.com/huggingface/text-embeddings-inference.
 */
export const modelEngines = {
  vllm: {
    port: 8000,
    path: '/metrics',
    knownBy: ['vllm:num_requests_running'],
    sources: [
      { metric: 'running', ...gauge, names: ['vllm:num_requests_running'] },
      { metric: 'waiting', ...gauge, names: ['vllm:num_requests_waiting'] },
      { metric: 'swapped', ...gauge, names: ['vllm:num_requests_swapped'] },
      { metric: 'kvCacheUsedRatio', ...gauge, names: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'], fold: 'max' },
      {
        metric: 'prefixCacheHitRatio',
        ...share,
        name: 'vllm:prefix_cache_hits_total',
        of: ['vllm:prefix_cache_queries_total'],
      },
      { metric: 'prefixCacheHitRatio', ...share, name: 'vllm:gpu_prefix_cache_hits_total', of: ['vllm:gpu_prefix_cache_queries_total'] },
      { metric: 'prefixCacheHitRatio', ...gauge, names: ['vllm:gpu_prefix_cache_hit_rate'], fold: 'max' },
      { metric: 'firstToken', ...histogram, names: ['vllm:time_to_first_token_seconds'] },
      {
        metric: 'interToken',
        ...histogram,
        names: ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds', 'vllm:request_time_per_output_token_seconds'],
      },
      { metric: 'latency', ...histogram, names: ['vllm:e2e_request_latency_seconds'] },
      { metric: 'queue', ...histogram, names: ['vllm:request_queue_time_seconds', 'vllm:time_in_queue_requests'] },
      { metric: 'promptTokensPerSecond', ...rate, names: ['vllm:prompt_tokens_total'] },
      { metric: 'generationTokensPerSecond', ...rate, names: ['vllm:generation_tokens_total'] },
      { metric: 'promptTokensTotal', ...total, names: ['vllm:prompt_tokens_total'] },
      { metric: 'generationTokensTotal', ...total, names: ['vllm:generation_tokens_total'] },
      { metric: 'requestsTotal', ...total, names: ['vllm:request_success_total'] },
      { metric: 'requestsPerSecond', ...rate, names: ['vllm:request_success_total'] },
      { metric: 'preemptionsPerSecond', ...rate, names: ['vllm:num_preemptions_total'] },
      { metric: 'errorRatio', ...share, name: 'http_requests_total', where: serverErrors, of: ['http_requests_total'] },
      {
        metric: 'errorRatio',
        ...share,
        name: 'vllm:request_success_total',
        where: { label: 'finished_reason', oneOf: ['error'], told: true },
        of: ['vllm:request_success_total'],
      },
    ],
  },
  tensorzero: {
    port: 3000,
    path: '/metrics',
    knownBy: ['tensorzero_requests_total', 'tensorzero_inferences_total'],
    sources: [
      { metric: 'requestsPerSecond', ...rate, names: ['tensorzero_requests_total', 'request_count'] },
      { metric: 'requestsTotal', ...total, names: ['tensorzero_requests_total', 'request_count'] },
      {
        metric: 'overhead',
        ...histogram,
        names: ['tensorzero_inference_latency_overhead_seconds', 'tensorzero_inference_latency_overhead_seconds_histogram'],
      },
      { metric: 'overhead', how: 'summary', names: ['tensorzero_inference_latency_overhead_seconds'] },
    ],
  },
  litellm: {
    port: 4000,
    path: '/metrics/',
    knownBy: ['litellm_proxy_total_requests_metric_total', 'litellm_in_flight_requests', 'litellm_deployment_state'],
    sources: [
      { metric: 'running', ...gauge, names: ['litellm_in_flight_requests'] },
      { metric: 'firstToken', ...histogram, names: ['litellm_llm_api_time_to_first_token_metric'] },
      { metric: 'interToken', ...histogram, names: ['litellm_deployment_latency_per_output_token'] },
      { metric: 'latency', ...histogram, names: ['litellm_request_total_latency_metric'] },
      { metric: 'queue', ...histogram, names: ['litellm_request_queue_time_seconds'] },
      { metric: 'promptTokensPerSecond', ...rate, names: ['litellm_input_tokens_metric_total'] },
      { metric: 'generationTokensPerSecond', ...rate, names: ['litellm_output_tokens_metric_total'] },
      { metric: 'promptTokensTotal', ...total, names: ['litellm_input_tokens_metric_total'] },
      { metric: 'generationTokensTotal', ...total, names: ['litellm_output_tokens_metric_total'] },
      { metric: 'requestsTotal', ...total, names: ['litellm_proxy_total_requests_metric_total', 'litellm_requests_metric_total'] },
      { metric: 'requestsPerSecond', ...rate, names: ['litellm_proxy_total_requests_metric_total', 'litellm_requests_metric_total'] },
      {
        metric: 'errorRatio',
        ...share,
        name: 'litellm_proxy_total_requests_metric_total',
        where: { label: 'status_code', startsWith: ['5'] },
        of: ['litellm_proxy_total_requests_metric_total'],
      },
      {
        metric: 'errorRatio',
        ...share,
        name: 'litellm_proxy_failed_requests_metric_total',
        of: ['litellm_proxy_total_requests_metric_total'],
        absentIsNone: true,
      },
      {
        metric: 'cacheHitRatio',
        ...share,
        name: 'litellm_cache_hits_metric_total',
        of: ['litellm_cache_hits_metric_total', 'litellm_cache_misses_metric_total'],
        absentIsNone: true,
      },
      // 0 healthy, 1 partly out, 2 out.
      { metric: 'backendsDown', how: 'having', names: ['litellm_deployment_state'], value: 2 },
    ],
  },
  // In seconds, though its names do not say so. A counter that was never raised is not shown.
  tei: {
    port: 80,
    path: '/metrics',
    knownBy: ['te_queue_size', 'te_request_count'],
    sources: [
      { metric: 'waiting', ...gauge, names: ['te_queue_size'] },
      { metric: 'latency', ...histogram, names: ['te_request_duration'] },
      { metric: 'latency', how: 'summary', names: ['te_request_duration'] },
      { metric: 'queue', ...histogram, names: ['te_request_queue_duration'] },
      { metric: 'promptTokensPerSecond', ...rate, names: ['te_batch_next_tokens_sum'] },
      { metric: 'promptTokensTotal', ...total, names: ['te_batch_next_tokens_sum'] },
      { metric: 'requestsTotal', ...total, names: ['te_request_count'] },
      { metric: 'requestsPerSecond', ...rate, names: ['te_request_count'] },
      // What a caller asked wrongly, or did not wait for, is no failure of the server.
      {
        metric: 'errorRatio',
        ...share,
        name: 'te_request_failure',
        where: { label: 'err', noneOf: ['batch_size', 'tokenization', 'validation', 'dropped'] },
        of: ['te_request_count'],
        absentIsNone: true,
      },
    ],
  },
} as const satisfies Record<string, EngineDefinition>;
