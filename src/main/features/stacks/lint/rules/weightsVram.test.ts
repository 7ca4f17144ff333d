import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { weightsVram } from './weightsVram.ts';

const vllm = (command: string) => `services:\n  llm:\n    image: vllm/vllm-openai:v0.11.0\n    command: ${command}\n    gpus: all\n`;
const cards = (count: number, vramMib: number, name = 'NVIDIA A100-SXM4-40GB') => ({ gpus: Array.from({ length: count }, () => ({ name, vramMib })) });

test('downloads in full precision, planned with the VRAM of quantised weights', () => {
  const definition = {
    services: [{ name: 'llm', title: 'Coder', image: 'x', stateful: false, needs: { vramMib: 24 * 1024 } }],
    models: [{ name: 'Qwen2.5-Coder-32B', title: 'Coder', service: 'llm', downloadMib: 64_000 }],
  };
  expect(shortLint(weightsVram, vllm('--served-model-name coder'), { definition })).toEqual(['error X-015 stack.yaml: llm']);
});

test('a download that fills the plan nearly', () => {
  const definition = {
    services: [{ name: 'llm', title: 'Chat', image: 'x', stateful: false, needs: { vramMib: 15_000 } }],
    models: [{ name: 'mistral', title: 'Chat', service: 'llm', downloadMib: 14_300 }],
  };
  expect(shortLint(weightsVram, vllm('--model /models'), { definition })).toEqual(['warning X-015 stack.yaml: llm']);
});

test('70 billion in 16 bit on two cards of 40 GB', () => {
  const { findings } = lint(weightsVram, vllm('--model meta-llama/Llama-3.1-70B-Instruct --tensor-parallel-size 2'), { server: cards(2, 40_960) });
  expect(findings).toMatchObject([{ severity: 'error', trap: 'X-028', place: { line: 4 }, reason: expect.stringContaining('130.4 GiB') }]);
});

test('another model on one of two cards, named by a variable', () => {
  const compose =
    'services:\n  gen:\n    image: ghcr.io/huggingface/text-generation-inference:3\n    gpus: [{ count: 1 }]\n    environment: { MODEL_ID: "google/gemma-2-27b-it" }\n';
  const { findings } = lint(weightsVram, compose, { server: cards(2, 40_960) });
  expect(findings).toMatchObject([{ place: { line: 5, service: 'gen' }, fix: expect.stringContaining('Split it') }]);
});

test('quantised, split over enough cards, in the library of Ollama, or of unknown size', () => {
  const server = cards(2, 49_140);
  for (const command of ['--model Qwen/Qwen2.5-32B-Instruct-AWQ', '--model Qwen/Qwen2.5-32B --tensor-parallel-size=2', '--model acme/large --dtype half'])
    expect(shortLint(weightsVram, vllm(command), { server })).toEqual([]);
  const ollama = 'services:\n  ollama: { image: "ollama/ollama:0.12.3", gpus: all, environment: { OLLAMA_MODEL: "qwen2.5-coder:7b" } }\n';
  expect(shortLint(weightsVram, ollama, { server: cards(1, 15_360) })).toEqual([]);
  expect(shortLint(weightsVram, vllm('--model meta-llama/Llama-3.1-70B'))).toEqual([]);
});
