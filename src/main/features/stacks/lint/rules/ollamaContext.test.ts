import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { ollamaContext } from './ollamaContext.ts';

const compose = (environment: string) => `services:\n  ollama:\n    image: ollama/ollama:0.12.3\n    environment: ${environment}\n`;

test('16k at the gateway and nothing at Ollama', () => {
  expect(shortLint(ollamaContext, { 'compose.yaml': compose('{}'), 'README.md': '- Model: Qwen 2.5 Coder 7B\n- Max context: 16k tokens\n' })).toEqual([
    'error X-091 compose.yaml:2 ollama',
  ]);
});

test('less than what an application counts on, in another form and with another image', () => {
  const files = {
    'compose.yaml': `services:\n  llm:\n    image: docker.io/ollama/ollama:0.12.3-rocm\n    environment: [OLLAMA_CONTEXT_LENGTH=8192]\n  api: { image: x, environment: { MAX_CONTEXT_TOKENS: 32768 } }\n`,
  };
  expect(shortLint(ollamaContext, files)).toEqual(['error X-091 compose.yaml:4 llm']);
});

test('nothing promised is a warning; enough is silent', () => {
  expect(shortLint(ollamaContext, compose('{}'))).toEqual(['warning X-091 compose.yaml:2 ollama']);
  expect(shortLint(ollamaContext, { 'compose.yaml': compose('{ OLLAMA_CONTEXT_LENGTH: "16384" }'), 'config/t.toml': 'max_context = 16384\n' })).toEqual([]);
  expect(shortLint(ollamaContext, 'services:\n  llm: { image: "vllm/vllm-openai:v0.11.0" }\n')).toEqual([]);
});
