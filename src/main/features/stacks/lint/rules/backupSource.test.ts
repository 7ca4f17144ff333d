import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { backupSource } from './backupSource.ts';

const compose = `services:
  backend:
    image: banksight-ai/backend:1.0
    volumes: ["/mnt/oss/models:/app/models:ro"]
  vectordb:
    image: banksight-ai/chromadb:1.0
    volumes: ["chromadb-data:/chroma/data"]
volumes: { chromadb-data: }
`;

test('an archive of /data/vector_db beside a volume at /chroma/data, and of a file inside a container', () => {
  const script = `# Daily Backup Script
#!/bin/bash
BACKUP_DIR="/mnt/oss/backups/$(date +%Y%m%d)"
tar -czf $BACKUP_DIR/vectordb.tar.gz /data/vector_db/
tar -czf $BACKUP_DIR/configs.tar.gz /app/config.yaml
`;
  const { findings } = lint(backupSource, { 'compose.yaml': compose, 'backup.sh': script });
  expect(findings.map(({ severity, trap, place }) => [severity, trap, place.line])).toEqual([
    ['error', 'X-122', 4],
    ['error', 'X-122', 5],
  ]);
  expect(findings[0]?.fix).toContain('chromadb-data');
});

test('the path inside of the container, copied with rsync', () => {
  expect(shortLint(backupSource, { 'compose.yaml': compose, 'ops/dump.sh': '#!/bin/sh\nrsync -a /chroma/data/ /backups/chroma/\n' })).toEqual([
    'error X-122 ops/dump.sh:2 vectordb',
  ]);
});

test('what is mounted, what lies beside the files, the system, a command in a container', () => {
  const script =
    '#!/bin/sh\ntar czf /backups/a.tgz /mnt/oss/models ./config\ncp -r /etc/nginx /backups/\ntar -czf /backups/v.tgz -C /var/lib/docker/volumes app_chromadb-data\ndocker exec vectordb tar -czf - /chroma/data > /backups/x.tgz\n';
  expect(shortLint(backupSource, { 'compose.yaml': compose, 'backup.sh': script, 'config/a.toml': '' })).toEqual([]);
});
