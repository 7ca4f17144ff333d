import type { EngineDefinition } from './engineSources.ts';

const rate = { how: 'rate' } as const;
const total = { how: 'total' } as const;
const gauge = { how: 'gauge' } as const;
const histogram = { how: 'histogram' } as const;
const share = { how: 'share' } as const;
const part = { how: 'part' } as const;
const serverErrors = { label: 'status', startsWith: ['5'] } as const;

/**
 * What each kind of engine calls the common metrics. vLLM: V1 names (0.8 and later), then those of V0; `inter_token_latency` is from 0.11.
 * Sources: https://docs.vllm.ai/en/stable/usage/metrics/, https://www.tensorzero.com/docs/operations/export-prometheus-metrics,
 * https://docs.litellm.ai/docs/proxy/prometheus, https://github.com/huggingface/text-embeddings-inference,
 * https://docs.weaviate.io/deploy/configuration/monitoring, https://github.com/nginx/nginx-prometheus-exporter,
 * https://github.com/prometheus-community/postgres_exporter, https://github.com/oliver006/redis_exporter.
 */
export const engineTable = {
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
  weaviate: {
    port: 2112,
    path: '/metrics',
    knownBy: ['queries_durations_ms_count', 'vector_index_size', 'weaviate_build_info', 'concurrent_queries_count'],
    sources: [
      { metric: 'running', ...gauge, names: ['concurrent_queries_count'] },
      { metric: 'latency', ...histogram, names: ['queries_durations_ms'], scale: 0.001 },
      { metric: 'latency', how: 'summary', names: ['queries_durations_ms'], scale: 0.001 },
      // Shown as a gauge, and only ever rises.
      { metric: 'requestsTotal', ...total, names: ['requests_total'] },
      { metric: 'requestsPerSecond', ...rate, names: ['requests_total', 'http_request_duration_seconds_count'] },
      {
        metric: 'errorRatio',
        ...share,
        name: 'requests_total',
        where: { label: 'status', oneOf: ['server_error'] },
        of: ['requests_total'],
      },
      {
        metric: 'errorRatio',
        ...share,
        name: 'http_request_duration_seconds_count',
        where: { label: 'status_code', startsWith: ['5'] },
        of: ['http_request_duration_seconds_count'],
      },
      { metric: 'objects', ...gauge, names: ['object_count'] },
    ],
  },
  nginx: {
    port: 9113,
    path: '/metrics',
    knownBy: ['nginx_connections_active', 'nginxplus_connections_active'],
    upGauge: 'nginx_up',
    sources: [
      { metric: 'running', ...gauge, names: ['nginx_connections_writing'] },
      { metric: 'connections', ...gauge, names: ['nginx_connections_active', 'nginxplus_connections_active'] },
      { metric: 'connectionsIdle', ...gauge, names: ['nginx_connections_waiting', 'nginxplus_connections_idle'] },
      { metric: 'requestsTotal', ...total, names: ['nginx_http_requests_total', 'nginxplus_http_requests_total'] },
      { metric: 'requestsPerSecond', ...rate, names: ['nginx_http_requests_total', 'nginxplus_http_requests_total'] },
      { metric: 'connectionsDroppedPerSecond', ...rate, names: ['nginx_connections_accepted'], less: ['nginx_connections_handled'] },
      { metric: 'connectionsDroppedPerSecond', ...rate, names: ['nginxplus_connections_dropped'] },
    ],
  },
  postgres: {
    port: 9187,
    path: '/metrics',
    knownBy: ['pg_up'],
    upGauge: 'pg_up',
    sources: [
      { metric: 'running', ...gauge, names: ['pg_stat_activity_count'], where: { label: 'state', oneOf: ['active'] } },
      { metric: 'connections', ...gauge, names: ['pg_stat_database_numbackends'] },
      { metric: 'connectionsUsedRatio', ...part, names: ['pg_stat_database_numbackends'], of: ['pg_settings_max_connections'] },
      { metric: 'transactionsPerSecond', ...rate, names: ['pg_stat_database_xact_commit'], and: ['pg_stat_database_xact_rollback'] },
      {
        metric: 'rollbackRatio',
        ...share,
        name: 'pg_stat_database_xact_rollback',
        of: ['pg_stat_database_xact_commit', 'pg_stat_database_xact_rollback'],
      },
      {
        metric: 'cacheHitRatio',
        ...share,
        name: 'pg_stat_database_blks_hit',
        of: ['pg_stat_database_blks_hit', 'pg_stat_database_blks_read'],
      },
      { metric: 'deadlocksPerSecond', ...rate, names: ['pg_stat_database_deadlocks'] },
      { metric: 'replicationLagS', ...gauge, names: ['pg_replication_lag_seconds', 'pg_replication_lag'], fold: 'max' },
      { metric: 'storedBytes', ...gauge, names: ['pg_database_size_bytes'] },
    ],
  },
  redis: {
    port: 9121,
    path: '/metrics',
    knownBy: ['redis_up'],
    upGauge: 'redis_up',
    sources: [
      { metric: 'connections', ...gauge, names: ['redis_connected_clients'] },
      { metric: 'connectionsUsedRatio', ...part, names: ['redis_connected_clients'], of: ['redis_max_clients', 'redis_config_maxclients'] },
      { metric: 'connectionsDroppedPerSecond', ...rate, names: ['redis_rejected_connections_total'] },
      { metric: 'requestsTotal', ...total, names: ['redis_commands_processed_total'] },
      { metric: 'requestsPerSecond', ...rate, names: ['redis_commands_processed_total'] },
      {
        metric: 'cacheHitRatio',
        ...share,
        name: 'redis_keyspace_hits_total',
        of: ['redis_keyspace_hits_total', 'redis_keyspace_misses_total'],
      },
      { metric: 'evictionsPerSecond', ...rate, names: ['redis_evicted_keys_total'] },
      { metric: 'memoryUsedBytes', ...gauge, names: ['redis_memory_used_bytes'] },
      { metric: 'memoryUsedRatio', ...part, names: ['redis_memory_used_bytes'], of: ['redis_memory_max_bytes', 'redis_config_maxmemory'] },
      { metric: 'objects', ...gauge, names: ['redis_db_keys'] },
    ],
  },
} as const satisfies Record<string, EngineDefinition>;

/** Kinds of engines that are read by the table. */
export type EngineKind = keyof typeof engineTable;
