import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { internalNetwork } from './internalNetwork.ts';

test('the gateway and the model server of a stack whose only network is internal', () => {
  const compose = `services:
  tensorzero: { image: "tensorzero/gateway:2025.10.0", ports: ["8000:3000"], networks: [private] }
  ollama: { image: "ollama/ollama:0.12.3", networks: [private] }
networks:
  private: { internal: true }
`;
  expect(shortLint(internalNetwork, compose)).toEqual(['error X-006 compose.yaml:2 tensorzero', 'error X-006 compose.yaml:3 ollama']);
});

test('two internal networks, written as mappings, under vLLM', () => {
  const compose = `services:
  llm:
    image: vllm/vllm-openai:v0.11.0
    command: [--model, Qwen/Qwen2.5-7B-Instruct]
    networks:
      a: { aliases: [chat] }
      b: {}
networks:
  a: { internal: true }
  b:
    internal: "true"
`;
  expect(lint(internalNetwork, compose).findings.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('download Qwen/Qwen2.5-7B-Instruct and is only on a, b'),
  ]);
});

test('a second network with a way out, a store without one, a model that is brought along', () => {
  const compose = `services:
  gateway: { image: "tensorzero/gateway:2025.10.0", ports: ["8000:3000"], networks: [inner, outer] }
  store: { image: "clickhouse/clickhouse-server:25.8", networks: [inner] }
  llm: { image: "vllm/vllm-openai:v0.11.0", command: --model /models/qwen, networks: [inner] }
networks:
  inner: { internal: true }
  outer: {}
`;
  expect(shortLint(internalNetwork, compose)).toEqual([]);
});
