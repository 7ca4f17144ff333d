import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { backupConsistency } from './backupConsistency.ts';

const compose = `services:
  clickhouse: { image: "clickhouse/clickhouse-server:25.8", volumes: ["./clickhouse_data:/var/lib/clickhouse"] }
  ollama: { image: "ollama/ollama:0.12.3", volumes: ["./ollama:/root/.ollama"] }
`;

test('directories that a guide tells to back up, without a command', () => {
  const readme =
    '- **Models**: Stored in `ollama/` directory\n- **Telemetry**: Stored in `clickhouse_data/` directory\n\nBackup these directories regularly.\n';
  expect(lint(backupConsistency, { 'docker-compose.yaml': compose, 'README.md': readme }).findings).toMatchObject([
    { severity: 'warning', trap: 'X-128', place: { file: 'README.md', line: 4, service: 'clickhouse' }, fix: 'Use its BACKUP statement.' },
  ]);
});

test('copied by a script, from a volume, by a recipe', () => {
  const files = {
    'compose.yaml':
      'services:\n  vec: { image: "chromadb/chroma:1.0", volumes: ["chroma:/data"] }\n  db: { image: "postgres:17", volumes: ["/srv/pg:/var/lib/postgresql/data"] }\n',
    'backup.sh': '#!/bin/sh\nrsync -a /srv/pg/ /backups/pg/\ntar -czf /backups/c.tgz /var/lib/docker/volumes/app_chroma/_data\n',
  };
  const backups = [{ service: 'db', title: 'Copy', form: 'stream', save: 'tar -c /var/lib/postgresql/data', restore: 'tar -x' }];
  expect(shortLint(backupConsistency, files, { definition: { backups } })).toEqual([
    'error X-128 backup.sh:2 db',
    'error X-128 backup.sh:3 vec',
    'warning X-128 stack.yaml: db',
  ]);
});

test('stopped for the copy, dumped, models', () => {
  const script = '#!/bin/sh\ntar -czf /backups/m.tgz ./ollama\ndocker compose stop clickhouse\ntar -czf /backups/c.tgz ./clickhouse_data\n';
  const backups = [
    {
      service: 'clickhouse',
      title: 'Backup',
      form: 'file',
      save: 'clickhouse-client -q "BACKUP DATABASE t TO File(\'/b.zip\')"',
      restore: 'x',
      path: '/b.zip',
    },
  ];
  expect(shortLint(backupConsistency, { 'compose.yaml': compose, 'backup.sh': script }, { definition: { backups } })).toEqual([]);
  const still = [{ service: 'clickhouse', title: 'Copy', form: 'stream', save: 'kill -STOP -1\ntar -C /var/lib/clickhouse -cf - .', restore: 'x' }];
  expect(shortLint(backupConsistency, compose, { definition: { backups: still } })).toEqual([]);
});
