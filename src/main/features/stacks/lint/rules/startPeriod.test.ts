import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { startPeriod } from './startPeriod.ts';

test('a backend with a card that is given 90 s', () => {
  const compose = `services:
  backend:
    image: banksight-ai/backend:latest
    deploy:
      resources:
        reservations:
          devices:
            - { driver: nvidia, count: 1, capabilities: [gpu] }
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
      interval: 30s
      timeout: 10s
      retries: 3
`;
  expect(lint(startPeriod, compose).findings).toMatchObject([
    { severity: 'error', trap: 'X-100', place: { line: 10, service: 'backend' }, reason: expect.stringContaining('3 × 30 s = 90 s') },
  ]);
});

test('a model server on the processor, a start_period that is too short, defaults of Docker', () => {
  const compose = `services:
  tei:
    image: ghcr.io/huggingface/text-embeddings-inference:cpu-1.7
    healthcheck: { test: curl -f http://localhost/health }
  own:
    image: ghcr.io/acme/llm:1
    gpus: all
    healthcheck: { test: [CMD, python, check.py], start_period: 10s, interval: 1m30s, retries: 9 }
`;
  expect(shortLint(startPeriod, compose)).toEqual(['error X-100 compose.yaml:4 tei', 'warning X-100 compose.yaml:8 own']);
});

test('time enough, a service without a model, Ollama, no check at all', () => {
  const compose = `services:
  llm: { image: "vllm/vllm-openai:v0.11.0", gpus: all, healthcheck: { test: [CMD, curl, -f, "http://localhost:8000/health"], start_period: 5m } }
  api: { image: "ghcr.io/acme/api:1", healthcheck: { test: [CMD, "true"] } }
  ollama: { image: "ollama/ollama:0.12.3", gpus: all, healthcheck: { test: [CMD, ollama, list] } }
  batch: { image: "ghcr.io/acme/batch:1", gpus: all }
`;
  expect(shortLint(startPeriod, compose)).toEqual([]);
});
