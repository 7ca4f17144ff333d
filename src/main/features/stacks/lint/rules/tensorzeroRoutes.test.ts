import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { tensorzeroRoutes } from './tensorzeroRoutes.ts';

test('8000 on both sides, and the route of OpenAI itself', () => {
  const files = {
    'compose.yaml': 'services:\n  tensorzero:\n    image: tensorzero/gateway:2025.10.0\n    ports: ["8000:8000"]\n',
    'README.md': '```bash\ncurl -X POST http://localhost:8000/v1/chat/completions \\\n  -H "x-tenant-id: a"\n```\n',
  };
  expect(shortLint(tensorzeroRoutes, files)).toEqual(['error X-090 README.md:2', 'error X-090 compose.yaml:4 tensorzero']);
});

test('a health check elsewhere, an address for itself alone, a gate, under another name', () => {
  const compose = `services:
  router:
    image: docker.io/tensorzero/gateway:2025.9.1
    ports: [{ target: 3333, published: 9999 }]
    healthcheck: { test: wget --spider http://127.0.0.1:3000/health }
`;
  const gates = [{ kind: 'chat', title: 'Answers', url: 'http://router:3333/v1/chat/completions', model: 'm', timeoutS: 9 }];
  const files = { 'compose.yaml': compose, 'config/t.toml': '[gateway]\nbind_address = "127.0.0.1:3333"\n' };
  expect(shortLint(tensorzeroRoutes, files, { definition: { gates } })).toEqual([
    'error X-090 compose.yaml:5 router',
    'error X-090 config/t.toml:2 router',
    'error X-090 stack.yaml:',
  ]);
});

test('its own port and route, or one that is configured', () => {
  const compose = (target: number) => `services:\n  tensorzero: { image: "tensorzero/gateway:1", ports: ["8000:${target}"] }\n  other: { image: x }\n`;
  expect(
    shortLint(tensorzeroRoutes, {
      'compose.yaml': compose(3000),
      'run.sh': '#!/bin/sh\ncurl http://localhost:8000/openai/v1/chat/completions\ncurl http://localhost:9000/v1/models\n',
    }),
  ).toEqual([]);
  expect(shortLint(tensorzeroRoutes, { 'compose.yaml': compose(8000), 'c/tensorzero.toml': '[gateway]\nbind_address = "0.0.0.0:8000" # all\n' })).toEqual([]);
});
