import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { obsoleteKeys } from './obsoleteKeys.ts';

test('a version key, and a quick reference of the first Compose', () => {
  const files = {
    'docker-compose.yml': "version: '3.8'\n\nservices:\n  backend: { image: x }\n",
    'README.md': '```bash\ndocker-compose up -d\ndocker-compose -f docker-compose.vllm.yml --profile gpu up -d vllm-chat\n```\n',
  };
  expect(shortLint(obsoleteKeys, files)).toEqual(['warning X-083 README.md:2', 'warning X-083 README.md:3', 'note X-083 docker-compose.yml:1']);
});

test('in a script behind sudo and another command, links, a name for many containers, the old runtime', () => {
  const files = {
    'compose.yaml': 'services:\n  a: { image: x, links: [b] }\n  b: { image: x, container_name: only-one, scale: 3 }\n',
    'setup.sh': '#!/bin/sh\ncd /srv && sudo docker-compose pull\nsudo apt-get install -y nvidia-docker2\n',
  };
  expect(shortLint(obsoleteKeys, files)).toEqual([
    'note X-083 compose.yaml:2 a',
    'error X-083 compose.yaml:3 b',
    'warning X-083 setup.sh:2',
    'warning X-086 setup.sh:3',
  ]);
});

test('today’s Compose', () => {
  const files = {
    'compose.yaml': 'name: mine\nservices:\n  b: { image: x, container_name: only-one }\n',
    'start.sh': '#!/bin/sh\ndocker compose -f docker-compose.yml up -d\nls docker-compose.yml\napt-get install -y nvidia-container-toolkit\n',
  };
  expect(shortLint(obsoleteKeys, files)).toEqual([]);
});
