import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { imageTag } from './imageTag.ts';

const image = (text: string) => shortLint(imageTag, `services:\n  it:\n    image: ${text}\n`);

test.each(['banksight-ai/backend:latest', 'banksight-ai/chromadb:latest', 'nginx:alpine'])('%s of the banking assistant', (text) => {
  expect(image(text)).toEqual(['warning X-106 compose.yaml:3 it']);
});

test.each(['redis', 'ghcr.io/acme/api', 'localhost:5000/api:main', 'vllm/vllm-openai:nightly', 'registry.acme.eu:8443/team/api:cpu-latest'])(
  '%s moves too',
  (text) => {
    expect(image(text)).toEqual(['warning X-106 compose.yaml:3 it']);
  },
);

test.each(['nginx:1.27-alpine', 'postgres:17', `ghcr.io/acme/api@sha256:${'a'.repeat(64)}`, `nginx:latest@sha256:${'b'.repeat(64)}`, 'localhost:5000/api:v3'])(
  '%s is fixed',
  (text) => {
    expect(image(text)).toEqual([]);
  },
);

test('what is built here needs no tag', () => {
  expect(shortLint(imageTag, 'services:\n  it: { build: ., image: acme/it }\n')).toEqual([]);
});
