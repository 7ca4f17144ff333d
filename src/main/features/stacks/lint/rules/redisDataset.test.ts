import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { redisDataset } from './redisDataset.ts';

const service = (name: string, needs: object) => ({ name, title: name, image: 'x', stateful: true, needs });

test('5 GB of data after three months with 2 GB of memory', () => {
  const definition = { services: [service('redis', { memoryMib: 2048, diskMib: 2048, diskMibLater: 5120 })] };
  expect(shortLint(redisDataset, 'services:\n  redis: { image: "redis:8" }\n', { definition })).toEqual(['warning X-036 compose.yaml:2 redis']);
});

test('another image and limits in the compose file', () => {
  const compose = 'services:\n  sessions:\n    image: valkey/valkey:9\n    mem_limit: 1g\n    command: valkey-server --maxmemory 2gb\n';
  expect(shortLint(redisDataset, compose)).toEqual(['error X-036 compose.yaml:5 sessions']);
  expect(shortLint(redisDataset, compose, { definition: { services: [service('sessions', { diskMib: 3072 })] } })).toEqual([
    'warning X-036 compose.yaml:3 sessions',
  ]);
});

test('memory for all data, a cache that lets keys go, another store', () => {
  const definition = { services: [service('redis', { memoryMib: 8192, diskMibLater: 5120 })] };
  expect(shortLint(redisDataset, 'services:\n  redis: { image: "redis:8" }\n', { definition })).toEqual([]);
  const small = { services: [service('redis', { memoryMib: 1024, diskMibLater: 5120 })] };
  expect(
    shortLint(redisDataset, 'services:\n  redis: { image: "redis:8", command: "redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru" }\n', {
      definition: small,
    }),
  ).toEqual([]);
  expect(shortLint(redisDataset, 'services:\n  redis: { image: "postgres:17" }\n', { definition: small })).toEqual([]);
});
