import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { stateVolume } from './stateVolume.ts';

test('what the definition wants to persist, and a service that mounts nothing', () => {
  const compose = 'services:\n  clickhouse: { image: "clickhouse/clickhouse-server:25.8", volumes: ["data:/var/lib/clickhouse"] }\n  app: { image: x }\n';
  const definition = {
    services: [{ name: 'app', title: 'App', image: 'x', stateful: true }],
    volumes: [{ service: 'clickhouse', path: '/var/log/clickhouse-server', holds: 'Logs' }],
  };
  expect(shortLint(stateVolume, compose, { definition })).toEqual(['error - compose.yaml:2 clickhouse', 'error - compose.yaml:3 app']);
});

test.each([
  ['postgres:17', 'data:/data', 'error'],
  ['postgres:18', 'data:/var/lib/postgresql/data', 'error'],
  ['mongo:8', '', 'error'],
  ['ollama/ollama:0.12.3', 'models:/models', 'warning'],
  ['qdrant/qdrant:v1.15', '/qdrant/storage', 'warning'],
  ['redis:8', '', 'warning'],
  ['mysql:9', './db:/var/lib/mysql:ro', 'error'],
])('%s with %j', (image, volume, severity) => {
  const { findings } = lint(stateVolume, `services:\n  it: { image: "${image}", volumes: [${volume === '' ? '' : `"${volume}"`}] }\n`);
  expect(findings.map((each) => each.severity)).toEqual([severity]);
});

test('in memory, in the long form', () => {
  expect(shortLint(stateVolume, 'services:\n  db:\n    image: mariadb:12\n    volumes: [{ type: tmpfs, target: /var/lib/mysql }]\n')).toEqual([
    'error - compose.yaml:4 db',
  ]);
});

test.each([
  ['postgres:17', '["pg:/var/lib/postgresql/data"]'],
  ['postgres:18.1', '["pg:/var/lib/postgresql"]'],
  ['pgvector/pgvector:pg17', '[{ type: volume, source: pg, target: /var/lib/postgresql/data }]'],
  ['ollama/ollama:0.12.3', '["./ollama:/root/.ollama"]'],
  ['ghcr.io/acme/api:1', '[]'],
])('%s with %s', (image, volumes) => {
  expect(shortLint(stateVolume, `services:\n  it: { image: "${image}", volumes: ${volumes} }\nvolumes: { pg: {} }\n`)).toEqual([]);
});
