import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { envUnset } from './envUnset.ts';

const compose = `services:
  api:
    image: ghcr.io/acme/api:\${TAG}
    environment: { MODEL: "$MODEL_NAME", LEVEL: "\${LOG_LEVEL:-info}" }
`;

test('names of a production environment that the compose file calls differently', () => {
  expect(shortLint(envUnset, { 'compose.yaml': compose, '.env': 'TAG=1\nLLM_MODEL=x\n' })).toEqual(['warning X-099 compose.yaml:4']);
});

test('nested in a default, and as a plain name', () => {
  expect(shortLint(envUnset, `services:\n  a:\n    image: \${IMAGE:-acme/a:\${VERSION}}\n    command: run $MODE\n`)).toEqual([
    'warning X-099 compose.yaml:3',
    'warning X-099 compose.yaml:4',
  ]);
});

test('set, with a default or an error of its own, a secret, a dollar that is meant', () => {
  expect(shortLint(envUnset, { 'compose.yaml': compose, '.env': 'TAG=1\nMODEL_NAME=x\n' })).toEqual([]);
  const more = `services:\n  a:\n    image: acme/a:\${TAG:?say which}\n    command: echo $$HOME \${KEY}\n`;
  expect(shortLint(envUnset, more, { secrets: ['KEY'] })).toEqual([]);
});
