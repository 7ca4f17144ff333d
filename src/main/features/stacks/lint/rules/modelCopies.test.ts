import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { modelCopies } from './modelCopies.ts';

const t4 = { gpus: [{ name: 'Tesla T4', vramMib: 15_360 }] };

test('four workers with a model of 14 GB on a card of 16 GB', () => {
  const compose = `services:
  backend:
    image: banksight-ai/backend:1.0
    deploy: { replicas: 1, resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } } }
    environment:
      - MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3
      - DEVICE=cuda
      - WORKERS=4
`;
  const { findings } = lint(modelCopies, compose, { server: t4 });
  expect(findings).toMatchObject([
    { severity: 'error', trap: 'X-026', place: { line: 8, service: 'backend' }, reason: expect.stringContaining('4 × 13 GiB = 52.2 GiB') },
  ]);
  expect(shortLint(modelCopies, compose)).toEqual(['warning X-026 compose.yaml:8 backend']);
});

test('gunicorn with an option, another model and a short reservation', () => {
  const compose =
    'services:\n  rag:\n    image: ghcr.io/acme/rag:5\n    gpus: all\n    command: ["gunicorn", "--workers=3", "app:api"]\n    environment: { LLM_MODEL: "Qwen/Qwen2.5-3B-Instruct" }\n';
  expect(shortLint(modelCopies, compose, { server: t4 })).toEqual(['error X-026 compose.yaml:5 rag']);
});

test('one worker, no card, or room for all copies', () => {
  const one = (environment: string, gpus = 'gpus: all,') =>
    `services:\n  rag: { image: "ghcr.io/acme/rag:5", ${gpus} environment: { MODEL: "Qwen/Qwen2.5-0.5B", ${environment} } }\n`;
  expect(shortLint(modelCopies, one('WORKERS: 1'), { server: t4 })).toEqual([]);
  expect(shortLint(modelCopies, one('WORKERS: 4', ''), { server: t4 })).toEqual([]);
  expect(shortLint(modelCopies, one('WEB_CONCURRENCY: 4'), { server: t4 })).toEqual([]);
});
