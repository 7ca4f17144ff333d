import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { portDefaults } from './portDefaults.ts';

test('metrics on 9090, and a vector store at 8000 beside a backend at 8000', () => {
  const compose = `services:
  backend:
    image: banksight-ai/backend:1.0
    environment:
      - VECTOR_DB_HOST=vectordb
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
  vectordb:
    image: banksight-ai/chromadb:1.0
`;
  expect(shortLint(portDefaults, { 'compose.yaml': compose, 'production.env': 'LOG_LEVEL=INFO\nexport PROMETHEUS_PORT=9090\n' })).toEqual([
    'note X-107 compose.yaml:5 backend',
    'note X-107 production.env:2',
  ]);
});

test('other names, in the service itself, as a mapping', () => {
  const compose = `services:
  api:
    image: ghcr.io/acme/api:3
    environment: { EXPORTER_PORT: 6379, STORE_HOST: vec }
    healthcheck: { test: "wget -q http://127.0.0.1:6333/ready" }
  vec: { image: "qdrant/qdrant:v1.15" }
`;
  expect(lint(portDefaults, compose).findings.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('EXPORTER_PORT is 6379, which Redis has'),
    expect.stringContaining('STORE_HOST names vec without a port; its default 6333'),
  ]);
});

test('ports of its own, and hosts with their port', () => {
  const compose =
    'services:\n  api: { image: "ghcr.io/acme/api:3", environment: { METRICS_PORT: 9464, STORE_HOST: vec, STORE_PORT: 6333 } }\n  vec: { image: "qdrant/qdrant:v1" }\n';
  expect(shortLint(portDefaults, compose)).toEqual([]);
});
