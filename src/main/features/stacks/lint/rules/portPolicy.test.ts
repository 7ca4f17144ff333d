import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { portPolicy } from './portPolicy.ts';

test('embeddings that are always running and stand in no table of ports', () => {
  const compose = 'services:\n  tei-embeddings:\n    image: ghcr.io/huggingface/text-embeddings-inference:cpu-1.7\n  redis:\n    image: redis:8\n';
  const definition = { ports: [{ service: 'redis', port: '6379', exposure: 'internal' }] };
  expect(shortLint(portPolicy, compose, { definition })).toEqual(['warning X-009 compose.yaml:3 tei-embeddings']);
});

test('a port known from `expose` or from the health check of an image of one’s own', () => {
  const compose = `services:
  api: { image: "ghcr.io/acme/api:2", expose: ["9400"] }
  worker:
    image: ghcr.io/acme/worker:2
    healthcheck: { test: "wget -q http://127.0.0.1:7070/live" }
`;
  const reasons = lint(portPolicy, compose, { definition: {} }).findings.map(({ reason }) => reason);
  expect(reasons).toEqual([expect.stringContaining('api listens on 9400'), expect.stringContaining('worker listens on 7070')]);
});

test('named ports, services that listen nowhere, and projects without a policy', () => {
  const compose = 'services:\n  db: { image: "postgres:17" }\n  job: { image: "ghcr.io/acme/job:1" }\n';
  expect(shortLint(portPolicy, compose, { definition: { ports: [{ service: 'db', port: '5432', exposure: 'internal' }] } })).toEqual([]);
  expect(shortLint(portPolicy, compose)).toEqual([]);
});
