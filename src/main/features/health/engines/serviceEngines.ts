import type { EngineDefinition } from './engineSources.ts';

const rate = { how: 'rate' } as const;
const total = { how: 'total' } as const;
const gauge = { how: 'gauge' } as const;
const histogram = { how: 'histogram' } as const;
const share = { how: 'share' } as const;
const part = { how: 'part' } as const;

/**
 * What the services around the engines call the common metrics, most of them through an exporter. Sources:
 * https://docs.weaviate.io/deploy/configuration/monitoring, https://github.com/nginx/nginx-prometheus-exporter,
 * https://github.com/prometheus-community/postgres_exporter, https://github.com/oliver006/redis_exporter.
 */
export const serviceEngines = {
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
