import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { modelIds } from './modelIds.ts';

const vllm = (id: string) => `services:\n  llm:\n    image: vllm/vllm-openai:v0.11.0\n    command: [--model, "${id}"]\n`;

test('DeepSeek-R1-7B, in a command and in a definition', () => {
  expect(shortLint(modelIds, vllm('DeepSeek-R1-7B'))).toEqual(['error X-077 compose.yaml:4 llm']);
  const models = [{ name: 'deepseek-ai/DeepSeek-R1-7B', title: 'Analytics', service: 'vllm-analytics', downloadMib: 14_000 }];
  expect(shortLint(modelIds, 'services: {}', { definition: { models } })).toEqual(['error X-077 stack.yaml: vllm-analytics']);
});

test('a name without its owner, a size that there is not, a name of the other library', () => {
  expect(shortLint(modelIds, vllm('Qwen2.5-7B-Instruct'))).toEqual(['warning X-077 compose.yaml:4 llm']);
  expect(shortLint(modelIds, vllm('Qwen/Qwen2.5-8B-Instruct'))).toEqual(['error X-077 compose.yaml:4 llm']);
  expect(shortLint(modelIds, 'services:\n  o: { image: "ollama/ollama:1", environment: { OLLAMA_MODEL: Qwen/Qwen2.5-7B-Instruct } }\n')).toEqual([
    'warning X-077 compose.yaml:2 o',
  ]);
});

test.each(['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 'Qwen/Qwen2.5-Coder-32B-Instruct', '/models/mine', 'meta-llama/Llama-3.1-8B-Instruct'])('%s', (id) => {
  expect(shortLint(modelIds, vllm(id))).toEqual([]);
});
