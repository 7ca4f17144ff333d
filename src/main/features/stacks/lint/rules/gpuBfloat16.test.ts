import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { gpuBfloat16 } from './gpuBfloat16.ts';

const vllm = (command: string) => `services:\n  llm:\n    image: vllm/vllm-openai:v0.11.0\n    command: ${command}\n    gpus: all\n`;
const server = (name: string) => ({ gpus: [{ name, vramMib: 15_360 }] });

test('a model of 8 billion on the T4 of a small node', () => {
  expect(shortLint(gpuBfloat16, vllm('--model meta-llama/Llama-3.1-8B-Instruct'), { server: server('Tesla T4') })).toEqual([
    'warning X-030 compose.yaml:4 llm',
  ]);
});

test('said outright for a V100, for a server of one’s own, by the machine that a stack is meant for', () => {
  const compose = 'services:\n  own: { image: "ghcr.io/acme/llm:1", gpus: all, environment: { DTYPE: bfloat16 } }\n';
  expect(shortLint(gpuBfloat16, compose, { definition: { advised: { gpus: [{ model: 'NVIDIA V100', count: 1, vramGb: 16 }] } } })).toEqual([
    'warning X-030 compose.yaml:2 own',
  ]);
  expect(shortLint(gpuBfloat16, vllm('--dtype=bfloat16 --model x/y-7b'), { server: server('Quadro RTX 8000') })).toEqual(['error X-030 compose.yaml:4 llm']);
});

test('half on an old card, a newer card, a card of unknown name', () => {
  expect(shortLint(gpuBfloat16, vllm('--model x/y --dtype half'), { server: server('Tesla T4') })).toEqual([]);
  for (const name of ['NVIDIA A10G', 'NVIDIA L4', 'NVIDIA H100 80GB HBM3', 'NVIDIA GeForce RTX 4090'])
    expect(lint(gpuBfloat16, vllm('--model x/y'), { server: server(name) })).toEqual({ findings: [], unknowns: [] });
  expect(lint(gpuBfloat16, vllm('--model x/y'), { server: server('Acme 1') }).unknowns).toHaveLength(1);
});
