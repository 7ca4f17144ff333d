import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { restartPolicy } from './restartPolicy.ts';

test('the three services of a banking assistant', () => {
  const compose =
    'services:\n  backend: { image: "banksight-ai/backend:latest" }\n  vectordb: { image: "banksight-ai/chromadb:latest" }\n  nginx: { image: "nginx:alpine", ports: ["80:80"] }\n';
  expect(shortLint(restartPolicy, compose)).toEqual([
    'warning X-100 compose.yaml:2 backend',
    'warning X-100 compose.yaml:3 vectordb',
    'warning X-100 compose.yaml:4 nginx',
  ]);
});

test('a database that is told to stay down', () => {
  expect(shortLint(restartPolicy, 'services:\n  db:\n    image: postgres:17\n    restart: "no"\n')).toEqual(['warning X-100 compose.yaml:4 db']);
});

test('any policy that brings it back, the form of Swarm, and work that ends', () => {
  const compose = `services:
  a: { image: x, restart: always }
  b: { image: x, deploy: { restart_policy: { condition: any } } }
  c: { image: x, restart: "no" }
  d: { image: x, profiles: [tools] }
`;
  expect(shortLint(restartPolicy, compose, { profiles: ['tools'] })).toEqual([]);
});
