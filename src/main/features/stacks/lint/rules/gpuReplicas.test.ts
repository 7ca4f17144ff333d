import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { gpuReplicas } from './gpuReplicas.ts';

const t4 = { name: 'Tesla T4', vramMib: 15_360 };

test('three replicas with a card each in a project of one server', () => {
  const compose = `services:
  backend:
    image: banksight-ai/backend:1.0
    deploy:
      replicas: 3
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: 1
              capabilities: [gpu]
`;
  expect(shortLint(gpuReplicas, compose)).toEqual(['error X-027 compose.yaml:5 backend']);
  expect(shortLint(gpuReplicas, compose, { server: { gpus: [t4, t4, t4] } })).toEqual(['warning X-027 compose.yaml:5 backend']);
});

test('`scale` and short reservations, more cards than there are, two services on one of two cards', () => {
  expect(shortLint(gpuReplicas, 'services:\n  llm: { image: x, scale: 2, gpus: all }\n', { server: { gpus: [t4] } })).toEqual([
    'warning X-027 compose.yaml:2 llm',
  ]);
  expect(shortLint(gpuReplicas, 'services:\n  llm: { image: x, gpus: [{ count: 4 }] }\n', { server: { gpus: [t4, t4] } })).toEqual([
    'error X-027 compose.yaml:2 llm',
  ]);
  const two = 'services:\n  a: { image: x, gpus: [{ count: 1 }] }\n  b: { image: x, gpus: [{ count: 1 }] }\n';
  expect(shortLint(gpuReplicas, two, { server: { gpus: [t4, t4] } })).toEqual(['warning X-027 compose.yaml:3 b']);
});

test('cards by their ids, one replica, replicas without a card', () => {
  const compose = `services:
  a: { image: x, gpus: [{ device_ids: ["0"] }] }
  b: { image: x, gpus: [{ device_ids: ["1"] }] }
  api: { image: x, deploy: { replicas: 4 } }
`;
  expect(shortLint(gpuReplicas, compose, { server: { gpus: [t4, t4] } })).toEqual([]);
  expect(shortLint(gpuReplicas, 'services:\n  a: { image: x, gpus: [{ count: 1 }] }\n', { server: { gpus: [t4] } })).toEqual([]);
});
