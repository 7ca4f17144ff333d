import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { gatedModels } from './gatedModels.ts';

test('Llama at vLLM, and Mistral from a mounted folder', () => {
  const compose = `services:
  llm:
    image: vllm/vllm-openai:v0.11.0
    command: --model meta-llama/Llama-3.1-8B-Instruct --max-model-len 32768
  backend:
    image: banksight-ai/backend:1.0
    environment: [MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3]
    volumes: ["/mnt/oss/models:/app/models:ro"]
`;
  expect(shortLint(gatedModels, compose)).toEqual(['warning X-080 compose.yaml:4 llm', 'note X-080 compose.yaml:7 backend']);
});

test('another publisher by a variable, and what the definition says', () => {
  const compose =
    'services:\n  tgi: { image: "ghcr.io/huggingface/text-generation-inference:3", environment: { MODEL_ID: google/gemma-2-9b-it } }\n  own: { image: "ghcr.io/acme/own:1" }\n';
  const models = [{ name: 'acme/secret-8b', title: 'Own', service: 'own', downloadMib: 1, gated: true }];
  expect(shortLint(gatedModels, compose, { definition: { models } })).toEqual(['warning X-080 compose.yaml:2 tgi', 'error X-080 stack.yaml: own']);
});

test('a token, open weights, Ollama, nothing to download', () => {
  const compose = `services:
  a: { image: "vllm/vllm-openai:v0.11.0", command: --model meta-llama/Llama-3.1-8B, environment: [HF_TOKEN] }
  b: { image: "vllm/vllm-openai:v0.11.0", command: --model Qwen/Qwen2.5-7B-Instruct }
  c: { image: "ollama/ollama:0.12.3", environment: { MODEL: "mistralai/x" } }
  d: { image: "vllm/vllm-openai:v0.11.0", command: --model meta-llama/Llama-3.1-8B, environment: { HF_HUB_OFFLINE: 1 } }
`;
  expect(shortLint(gatedModels, compose)).toEqual([]);
});
