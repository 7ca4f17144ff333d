import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { redisReplicas } from './redisReplicas.ts';

const nodes = (count: number, image = 'redis:8') =>
  Array.from({ length: count }, (_, index) => `  node-${index + 1}: { image: "${image}", command: redis-server --cluster-enabled yes }\n`).join('');

test('a cluster of three primaries', () => {
  expect(shortLint(redisReplicas, `services:\n${nodes(3)}`)).toEqual(['warning X-111 compose.yaml:2 node-1']);
});

test('made by a script or a service, of another fork', () => {
  const create = 'redis-cli --cluster create a:6379 b:6379 c:6379 --cluster-yes';
  expect(shortLint(redisReplicas, { 'compose.yaml': `services:\n${nodes(3, 'valkey/valkey:9')}`, 'init.sh': `#!/bin/sh\n${create}\n` })).toEqual([
    'warning X-111 init.sh:2',
  ]);
  expect(shortLint(redisReplicas, `services:\n${nodes(3)}  init: { image: "redis:8", command: "${create} --cluster-replicas 1" }\n`)).toEqual([
    'error X-111 compose.yaml:5 init',
  ]);
});

test('six nodes, six with a replica each, one node that is no cluster', () => {
  expect(shortLint(redisReplicas, `services:\n${nodes(6)}`)).toEqual([]);
  const hosts = Array.from({ length: 6 }, (_, index) => `node-${index + 1}:6379`).join(' ');
  expect(
    shortLint(redisReplicas, `services:\n${nodes(6)}  init: { image: "redis:8", command: redis-cli --cluster create ${hosts} --cluster-replicas 1 }\n`),
  ).toEqual([]);
  expect(shortLint(redisReplicas, 'services:\n  redis: { image: "redis:8", command: redis-server --appendonly yes }\n')).toEqual([]);
});
