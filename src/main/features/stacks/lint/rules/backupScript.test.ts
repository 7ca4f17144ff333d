import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { backupScript } from './backupScript.ts';

test('a daily script with its shebang in the second line, without a directory, without a stop', () => {
  const script = `# Daily Backup Script
#!/bin/bash
BACKUP_DIR="/mnt/oss/backups/$(date +%Y%m%d)"

# Backup Vector Database
tar -czf $BACKUP_DIR/vectordb.tar.gz /data/vector_db/
`;
  expect(shortLint(backupScript, { 'backup.sh': script })).toEqual(['error X-123 backup.sh:2', 'warning X-123 backup.sh:2', 'error X-123 backup.sh:6']);
});

test('another shell, another variable, a dump', () => {
  const script = '#!/bin/sh\nOUT=/srv/dumps/$(date +%F)\ndocker exec db pg_dump -U app app > "$OUT/app.sql"\n';
  expect(shortLint(backupScript, { 'cron/dump-db': script })).toEqual(['error X-123 cron/dump-db:1', 'error X-123 cron/dump-db:3']);
});

test('it stops and makes its directory, or is no backup', () => {
  const good = '#!/usr/bin/env bash\nset -euo pipefail\nBACKUP_DIR="/backups/$(date +%F)"\nmkdir -p "$BACKUP_DIR"\ntar -czf "$BACKUP_DIR/a.tgz" /srv/a\n';
  expect(
    shortLint(backupScript, {
      'backup.sh': good,
      'short.sh': '#!/bin/sh -e\n# writes /backups\ncp -r /srv/a /backups/a\n',
      'start.sh': '#!/bin/sh\ndocker compose up -d\n',
    }),
  ).toEqual([]);
});
