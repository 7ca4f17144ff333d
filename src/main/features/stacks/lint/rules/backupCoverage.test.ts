import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { backupCoverage } from './backupCoverage.ts';

const compose = `services:
  postgres: { image: "postgres:17", container_name: ai-service-postgres }
  mongodb: { image: "mongo:8", container_name: ai-service-mongodb, volumes: ["mongo:/data/db"] }
  redis: { image: "redis:8" }
  weaviate: { image: "semitechnologies/weaviate:1.33.0" }
`;

test('a dump inside of a container, one that is overwritten, and two stores without any', () => {
  const readme =
    '```bash\n# Backup databases\ndocker exec ai-service-postgres pg_dump -U ai_service ai_service > backup.sql\ndocker exec ai-service-mongodb mongodump --out=/backup\n```\n';
  expect(shortLint(backupCoverage, { 'docker-compose.yml': compose, 'README.md': readme })).toEqual([
    'warning X-127 README.md:3',
    'error X-127 README.md:4 mongodb',
    'warning X-127 docker-compose.yml:4 redis',
    'warning X-127 docker-compose.yml:5 weaviate',
  ]);
});

test('stateful services of a definition without a recipe', () => {
  const service = (name: string) => ({ name, title: name, image: 'x', stateful: true });
  const backups = [{ service: 'postgres', title: 'Dump', form: 'stream', save: 'pg_dump', restore: 'psql' }];
  expect(shortLint(backupCoverage, compose, { definition: { services: [service('postgres'), service('weaviate')], backups } })).toEqual([
    'warning X-127 stack.yaml: weaviate',
  ]);
});

test('another store by docker compose, with an option', () => {
  const files = { 'compose.yaml': 'services:\n  db: { image: "mariadb:12" }\n', 'dump.sh': '#!/bin/sh\ndocker compose exec -T db pg_dump -f /tmp/a.sql app\n' };
  expect(shortLint(backupCoverage, files)).toEqual(['error X-127 dump.sh:2 db']);
});

test('to stdout with a date, onto a mount, no backups at all', () => {
  const files = {
    'compose.yaml': 'services:\n  db: { image: "postgres:17", volumes: ["./dumps:/dumps"] }\n',
    'dump.sh': '#!/bin/sh\ndocker compose exec -T db pg_dump app > "dump-$(date +%F).sql"\ndocker compose exec -T db pg_dump -f /dumps/a.sql app 2>&1\n',
  };
  expect(shortLint(backupCoverage, files)).toEqual([]);
  expect(shortLint(backupCoverage, compose)).toEqual([]);
});
