import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { poolSize } from './poolSize.ts';

test('a pool of 100 on the 100 connections that PostgreSQL has by default', () => {
  const pgbouncer = '# PgBouncer configuration\npool_mode: transaction\ndefault_pool_size: 100\nmax_client_conn: 1000\nreserve_pool_size: 5\n';
  const { findings } = lint(poolSize, { 'pgbouncer.yaml': pgbouncer });
  expect(findings.map(({ severity, place, reason }) => `${severity} ${place.line} ${reason}`)).toEqual([
    expect.stringContaining('note 2 With transaction pooling'),
    'warning 3 A pool of 100 and 5 in reserve meets max_connections of 100, the default of PostgreSQL: nothing is left for anybody else.',
  ]);
});

test('variables of an image, other limits, pools of replicas', () => {
  const compose = `services:
  db: { image: "postgres:17", command: postgres -c max_connections=60 }
  pool: { image: "edoburu/pgbouncer:v1.24.1", environment: { DEFAULT_POOL_SIZE: 55 } }
  api: { image: x, deploy: { replicas: 4 }, environment: [DB_POOL_SIZE=20] }
`;
  expect(shortLint(poolSize, compose)).toEqual(['warning X-112 compose.yaml:3 pool', 'warning X-112 compose.yaml:4 api']);
});

test('room for others', () => {
  const files = {
    'compose.yaml': 'services:\n  db: { image: "postgres:17" }\n  pool: { image: "pgbouncer/pgbouncer:1.24" }\n',
    'pgbouncer.ini': '[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 50\nreserve_pool_size = 5\nmax_prepared_statements = 200\n',
  };
  expect(shortLint(poolSize, files)).toEqual([]);
  expect(shortLint(poolSize, { ...files, 'pgbouncer.ini': 'default_pool_size = 150\n', 'postgresql.conf': 'max_connections = 300\n' })).toEqual([]);
});
