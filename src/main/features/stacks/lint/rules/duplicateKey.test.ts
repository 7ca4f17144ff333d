import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { duplicateKey } from './duplicateKey.ts';

test('the model of a chatbot three times in one block', () => {
  const compose = `services:
  app:
    image: ghcr.io/acme/chatbot:1.0
    environment:
      OLLAMA_MODEL: qwen2.5:0.5b
      OLLAMA_MODEL: qwen2.5:1.5b
      OLLAMA_MODEL: qwen2.5:3b
`;
  expect(shortLint(duplicateKey, compose)).toEqual(['error X-088 compose.yaml:6 app', 'error X-088 compose.yaml:7 app']);
});

test('a service, a volume and a key with quotes', () => {
  const compose = `services:
  "web": { image: nginx:1.27 }
  db: { image: postgres:17, image: postgres:16 }
  web: { image: caddy:2 }
volumes:
  data: {}
  data: { external: true }
`;
  expect(shortLint(duplicateKey, compose)).toEqual(['error X-088 compose.yaml:3 db', 'error X-088 compose.yaml:4', 'error X-088 compose.yaml:7']);
});

test('the same key in two services, and one merged in from an anchor, are fine', () => {
  const compose = `x-env: &env { LEVEL: info, MODE: a }
services:
  a: { image: nginx:1.27, environment: { <<: *env, MODE: b } }
  b: { image: nginx:1.27, environment: { <<: *env } }
`;
  expect(shortLint(duplicateKey, compose)).toEqual([]);
});
