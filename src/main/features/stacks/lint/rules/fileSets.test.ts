import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { fileSets } from './fileSets.ts';

const core = { 'docker-compose.yml': 'services:\n  backend: { image: x }\n  postgres: { image: "postgres:17" }\n' };
const both = { ...core, 'docker-compose.vllm.yml': 'services:\n  vllm-chat: { image: "vllm/vllm-openai:v0.11.0", profiles: [gpu] }\n' };

test('a quick reference that starts models from a second file and restarts them without it', () => {
  const readme =
    '```bash\ndocker-compose up -d\ndocker-compose -f docker-compose.vllm.yml --profile gpu up -d vllm-chat\n\n# Restart services\ndocker-compose restart backend\ndocker-compose restart vllm-chat\n```\n';
  expect(shortLint(fileSets, { ...both, 'README.md': readme })).toEqual(['warning X-085 README.md:3', 'error X-084 README.md:7']);
});

test('other names: orphans removed with one file, a log of a service in the other', () => {
  const files = {
    'compose.yaml': 'services:\n  web: { image: x }\n',
    'compose.jobs.yaml': 'services:\n  worker: { image: x }\n',
    'deploy.sh': '#!/bin/sh\ncd /srv/app && docker compose --file=compose.yaml up -d --remove-orphans\ndocker compose -p app logs -f worker\n',
  };
  expect(shortLint(fileSets, files)).toEqual(['error X-085 deploy.sh:2', 'error X-084 deploy.sh:3']);
});

test('a second file alone, whose dependency and network are in the first', () => {
  const alone = 'services:\n  llm:\n    image: x\n    depends_on: [store]\n    networks: [inner]\n';
  expect(shortLint(fileSets, { 'docker-compose.models.yml': alone })).toEqual([
    'error X-085 docker-compose.models.yml:4 llm',
    'error X-085 docker-compose.models.yml:5 llm',
  ]);
});

test('all files in every command, or once for all, or one file only', () => {
  const good =
    '#!/bin/sh\ndocker compose -f docker-compose.yml -f docker-compose.vllm.yml up -d --remove-orphans\ndocker compose -f docker-compose.yml -f docker-compose.vllm.yml restart vllm-chat\ndocker compose restart backend\n';
  expect(shortLint(fileSets, { ...both, 'run.sh': good })).toEqual([]);
  expect(
    shortLint(fileSets, {
      ...both,
      '.env': 'COMPOSE_FILE=docker-compose.yml:docker-compose.vllm.yml\n',
      'run.sh': '#!/bin/sh\ndocker compose restart vllm-chat\n',
    }),
  ).toEqual([]);
  expect(shortLint(fileSets, { ...core, 'run.sh': '#!/bin/sh\ndocker compose up -d --remove-orphans\n' })).toEqual([]);
});

test('a file that is taken in and was not given is unknown, once', () => {
  expect(lint(fileSets, 'include: [more.yaml]\nservices:\n  a: { image: x, depends_on: [b] }\n')).toEqual({
    findings: [],
    unknowns: [{ rule: 'file-sets', what: 'what more.yaml holds, which compose.yaml takes in: the file was not given' }],
  });
});
