import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { healthCheck } from './healthCheck.ts';

test('a vector database that nobody looks at', () => {
  const compose = `services:
  vectordb:
    image: banksight-ai/chromadb:latest
    volumes: [chromadb-data:/chroma/data]
  store:
    image: chromadb/chroma:1.0.20
    restart: always
`;
  const definition = { services: [{ name: 'vectordb', title: 'ChromaDB', image: 'x', stateful: true }] };
  expect(shortLint(healthCheck, compose, { definition })).toEqual(['warning X-100 compose.yaml:2 vectordb', 'warning X-100 compose.yaml:5 store']);
});

test('switched off under one who waits for it, in two ways', () => {
  for (const off of ['{ disable: true }', '{ test: [NONE] }']) {
    const compose = `services:\n  db: { image: "mysql:9", healthcheck: ${off} }\n  app:\n    image: ghcr.io/acme/app:1\n    depends_on: { db: { condition: service_healthy } }\n    healthcheck: { test: wget -q localhost }\n`;
    expect(shortLint(healthCheck, compose)).toEqual(['error X-100 compose.yaml:2 db']);
  }
});

test('only a note where an image may check itself; silent for work that ends', () => {
  const compose = `services:
  app:
    image: ghcr.io/acme/app:1
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate: { image: "ghcr.io/acme/app:1", command: migrate }
  seed: { image: "ghcr.io/acme/app:1", restart: "no" }
  db: { image: "postgres:17", healthcheck: { test: pg_isready } }
`;
  expect(shortLint(healthCheck, compose)).toEqual(['note X-100 compose.yaml:2 app']);
  expect(shortLint(healthCheck, compose.replace('  migrate:', '    healthcheck: { test: wget -q localhost }\n  migrate:'))).toEqual([]);
});
