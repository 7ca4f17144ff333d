import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { gatewayAuth } from './gatewayAuth.ts';

const gateway = (port: string) => `services:\n  tensorzero:\n    image: tensorzero/gateway:2025.10.0\n    ports: ["${port}"]\n`;

test('a gateway for a private network, which knows tenants by a header', () => {
  expect(shortLint(gatewayAuth, gateway('10.0.0.5:8000:3000'))).toEqual(['warning X-007 compose.yaml:4 tensorzero']);
  expect(shortLint(gatewayAuth, gateway('127.0.0.1:8000:3000'))).toEqual(['note X-007 compose.yaml:4 tensorzero']);
});

test('other gateways and model servers, in the long form', () => {
  const compose = `services:
  router:
    image: ghcr.io/berriai/litellm:main-v1.77.0-stable
    ports: [{ target: 4000, published: 4000 }]
  chat:
    image: docker.io/vllm/vllm-openai:v0.11.0
    ports: [{ target: 8000, published: "8001", host_ip: 192.168.7.2 }]
`;
  expect(shortLint(gatewayAuth, compose)).toEqual(['warning X-007 compose.yaml:4 router', 'warning X-007 compose.yaml:7 chat']);
});

test('keys are asked for, or nothing is published', () => {
  expect(
    shortLint(gatewayAuth, { 'compose.yaml': gateway('8000:3000'), 'config/t.toml': '[gateway]\nbind_address = "0.0.0.0:3000"\nauth.enabled = true\n' }),
  ).toEqual([]);
  expect(shortLint(gatewayAuth, { 'compose.yaml': gateway('8000:3000'), 'config/t.toml': '[gateway.auth]\nenabled = true\n' })).toEqual([]);
  const compose = `services:
  router: { image: "ghcr.io/berriai/litellm:v1", ports: ["4000:4000"], environment: [LITELLM_MASTER_KEY] }
  chat: { image: "vllm/vllm-openai:v0.11.0", ports: ["8001:8000"], command: "--model x/y --api-key \${KEY}" }
  ollama: { image: "ollama/ollama:0.12.3" }
`;
  expect(shortLint(gatewayAuth, compose)).toEqual([]);
});
