import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { imageRegistry } from './imageRegistry.ts';

const image = (text: string) => shortLint(imageRegistry, `services:\n  it:\n    image: ${text}\n`);

test('images that are pushed to a registry which nobody names', () => {
  expect(image('banksight-ai/backend:latest')).toEqual(['warning X-106 compose.yaml:3 it']);
  expect(image('banksight-ai/chromadb:latest')).toEqual(['warning X-106 compose.yaml:3 it']);
});

test('another one, fixed by its digest', () => {
  expect(image(`acme/team/api@sha256:${'a'.repeat(64)}`)).toEqual(['warning X-106 compose.yaml:3 it']);
});

test.each([
  'registry.cn-shanghai.aliyuncs.com/banksight/backend:1.0',
  'docker.io/banksight-ai/backend:1.0',
  'localhost/api:1',
  'nginx:alpine',
  'ollama/ollama:0.12.3',
  'library/redis:8',
])('%s', (text) => {
  expect(image(text)).toEqual([]);
});
