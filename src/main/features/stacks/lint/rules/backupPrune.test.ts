import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { backupPrune } from './backupPrune.ts';

test('thirty days of directories, their root too, and a bucket that only grows', () => {
  const script = `#!/bin/bash
aliyun oss cp $BACKUP_DIR oss://banksight-backups/$(date +%Y%m%d)/ --recursive
find /mnt/oss/backups/ -type d -mtime +30 -exec rm -rf {} \\;
`;
  expect(shortLint(backupPrune, { 'backup.sh': script })).toEqual(['note X-124 backup.sh:2', 'error X-124 backup.sh:3']);
});

test('with -delete, through xargs, in a guide', () => {
  const readme = '```sh\nfind "$ROOT" -mtime +7 -delete\nfind /srv/dumps -maxdepth 1 -mmin +600 -print0 | xargs -0 rm -rf\n```\n';
  expect(shortLint(backupPrune, { 'README.md': readme })).toEqual(['error X-124 README.md:2', 'error X-124 README.md:3']);
});

test('below the root alone, files only, nothing removed, a bucket with a lifecycle', () => {
  const script = `#!/bin/sh
find /backups -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} +
find /backups -type f -mtime +30 -delete
find /backups -type d -mtime +30
aws s3 sync /backups s3://backups/
aws s3api put-bucket-lifecycle-configuration --bucket backups
`;
  expect(shortLint(backupPrune, { 'backup.sh': script })).toEqual([]);
});
