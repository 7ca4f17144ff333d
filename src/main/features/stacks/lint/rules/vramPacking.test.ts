import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { vramPacking } from './vramPacking.ts';

const gpu = 'deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } } }';
const models = `services:
  vllm-chat: { image: "vllm/vllm-openai:v0.11.0", ${gpu} }
  vllm-coder: { image: "vllm/vllm-openai:v0.11.0", ${gpu} }
  vllm-analytics: { image: "vllm/vllm-openai:v0.11.0", ${gpu} }
`;
const service = (name: string, vramGb: number) => ({ name, title: name, image: 'x', stateful: false, needs: { vramMib: vramGb * 1024 } });
const definition = { services: [service('vllm-chat', 8), service('vllm-coder', 24), service('vllm-analytics', 8)] };
const rtx = { name: 'NVIDIA GeForce RTX 4090', vramMib: 24_576 };

test('three models of 8, 24 and 8 GB on one card, then on two', () => {
  expect(lint(vramPacking, models, { definition, server: { gpus: [rtx] } }).findings).toMatchObject([
    { severity: 'error', trap: 'X-013', reason: expect.stringContaining('is 40 GiB of VRAM, and gpu-1 has 1 × NVIDIA GeForce RTX 4090 with 24 GiB') },
  ]);
  expect(lint(vramPacking, models, { definition, server: { gpus: [rtx, rtx] } }).findings).toMatchObject([
    { severity: 'warning', trap: 'X-014', place: { service: 'vllm-coder' }, reason: expect.stringContaining('to 100 %') },
  ]);
});

test('the upper end of a T4, by the machine that the stack is meant for', () => {
  const compose = 'services:\n  ollama:\n    image: ollama/ollama:0.12.3\n    gpus: all\n';
  const advised = { gpus: [{ model: 'NVIDIA T4', count: 1, vramGb: 16 }] };
  expect(shortLint(vramPacking, compose, { definition: { advised, services: [service('ollama', 14)] } })).toEqual(['warning X-022 compose.yaml:4 ollama']);
  expect(shortLint(vramPacking, compose, { definition: { advised, services: [service('ollama', 16)] } })).toEqual(['warning X-013 compose.yaml:4 ollama']);
});

test('enough in all, but no way to put them; pinned to one card; by the weights alone', () => {
  const two = 'services:\n  a: { image: x, gpus: [{ count: 1 }] }\n  b: { image: x, gpus: [{ count: 1 }] }\n  c: { image: x, gpus: [{ count: 1 }] }\n';
  const three = { services: [service('a', 14), service('b', 14), service('c', 14)] };
  expect(shortLint(vramPacking, two, { definition: three, server: { gpus: [rtx, rtx] } })).toEqual(['error X-014 compose.yaml:2 a']);
  const pinned = `services:
  a: { image: "vllm/vllm-openai:v0.11.0", command: --model Qwen/Qwen2.5-7B-Instruct, gpus: [{ device_ids: ["1"] }] }
  b: { image: "vllm/vllm-openai:v0.11.0", command: --model mistralai/Mistral-7B-v0.3, gpus: [{ device_ids: ["1"] }] }
`;
  expect(shortLint(vramPacking, pinned, { server: { gpus: [rtx, rtx] } })).toEqual(['error X-014 compose.yaml:2 a']);
});

test('with headroom it is silent, without figures it says what it cannot tell', () => {
  const big = { name: 'NVIDIA RTX A6000', vramMib: 49_140 };
  expect(lint(vramPacking, models, { definition, server: { gpus: [big] } })).toEqual({ findings: [], unknowns: [] });
  expect(lint(vramPacking, models, { definition, server: { gpus: null } }).unknowns).toHaveLength(1);
  expect(lint(vramPacking, models, { server: { gpus: [big] } }).unknowns).toMatchObject([
    { what: expect.stringContaining('vllm-chat, vllm-coder, vllm-analytics') },
  ]);
  expect(lint(vramPacking, 'services: { a: { image: x } }', { server: { gpus: null } })).toEqual({ findings: [], unknowns: [] });
});
