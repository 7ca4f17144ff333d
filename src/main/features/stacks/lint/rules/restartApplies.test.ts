import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { restartApplies } from './restartApplies.ts';

test('a model update that pulls and restarts the gateway', () => {
  const readme = '### Model Updates\n```bash\ndocker compose exec ollama ollama pull qwen2.5-coder:7b\ndocker compose restart tensorzero\n```\n';
  expect(shortLint(restartApplies, { 'README.md': readme })).toEqual(['warning X-092 README.md:4']);
});

test.each([
  'git pull',
  "sed -i 's/4G/8G/' docker-compose.yml",
  'docker compose pull',
  'cp prod.env .env',
  'echo MODEL=x >> .env',
  'docker build -t acme/api .',
])('%s and then a restart', (change) => {
  expect(shortLint(restartApplies, { 'update.sh': `#!/bin/bash\n${change}\ndocker-compose restart\n` })).toEqual(['error X-093 update.sh:3']);
});

test('`up -d` in its place or before it, a restart by itself, the model server itself', () => {
  for (const script of [
    'git pull\ndocker compose up -d',
    'git pull\ndocker compose up -d\ndocker compose restart nginx',
    'docker compose restart backend',
    'docker compose exec ollama ollama pull m\ndocker compose exec ollama ollama stop m\ndocker compose restart gateway',
    'docker compose exec ollama ollama pull m\ndocker compose restart ollama',
  ])
    expect(shortLint(restartApplies, { 'update.sh': `#!/bin/sh\n${script}\n` })).toEqual([]);
});
