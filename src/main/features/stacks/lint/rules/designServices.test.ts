import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { designServices } from './designServices.ts';

const service = (name: string) => ({ name, title: name, image: 'x', stateful: false });
const compose = 'services:\n  backend: { image: x }\n  vectordb: { image: x }\n  nginx: { image: x }\n';

test('a design with Redis, a frontend and monitoring over three services', () => {
  const services = ['backend', 'vectordb', 'nginx', 'redis', 'frontend', 'prometheus', 'grafana'].map(service);
  const files = { 'compose.yaml': compose, 'cache.py': "import redis\nredis_client = redis.Redis(host='redis.internal', port=6379)\n" };
  expect(shortLint(designServices, files, { definition: { services } })).toEqual([
    'warning X-105 cache.py:2',
    ...['redis', 'frontend', 'prometheus', 'grafana'].map((name) => `error X-105 stack.yaml: ${name}`),
  ]);
});

test('one that the design does not know', () => {
  expect(shortLint(designServices, compose, { definition: { services: ['backend', 'nginx'].map(service) } })).toEqual([
    'warning X-105 compose.yaml:3 vectordb',
  ]);
});

test('the same on both sides, also where profiles are off, and code that finds its services', () => {
  const services = ['backend', 'vectordb', 'nginx'].map(service);
  const off = compose.replace('vectordb: { image: x }', 'vectordb: { image: x, profiles: [rag] }');
  expect(
    shortLint(designServices, { 'compose.yaml': off, 'db.py': "connect(host='vectordb')\nserve(host='0.0.0.0')\n" }, { definition: { services } }),
  ).toEqual([]);
});
