import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDirectory } from '../../database/testDirectory.ts';
import { openWrittenFile } from './writtenFile.ts';

test('a file takes its place when it is whole, for the person alone, and where a link leads', async () => {
  using directory = testDirectory();
  const path = join(directory.path, 'figures.csv');
  writeFileSync(path, 'before', { mode: 0o644 });
  symlinkSync(path, join(directory.path, 'link'));
  const file = await openWrittenFile(join(directory.path, 'link'));
  await file.write('a,b\n');
  expect(readFileSync(path, 'utf8')).toBe('before');
  await file.write('1,2\n');
  await file.finish();
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(directory.path).sort()]).toEqual(['a,b\n1,2\n', 0o600, ['figures.csv', 'link']]);
});

test('one that is given up leaves what was there', async () => {
  using directory = testDirectory();
  const path = join(directory.path, 'figures.csv');
  writeFileSync(path, 'before');
  const file = await openWrittenFile(path);
  await file.write('half');
  await file.drop();
  expect([readFileSync(path, 'utf8'), readdirSync(directory.path)]).toEqual(['before', ['figures.csv']]);
});

test.skipIf(!existsSync('/dev/full'))('a disk that is full is said in words', async () => {
  const file = await openWrittenFile('/dev/full');
  await expect(file.write('text')).rejects.toMatchObject({
    code: 'local.file-unwritable',
    data: { path: '/dev/full', reason: expect.stringContaining('ENOSPC') },
  });
  await expect(openWrittenFile('/nowhere/at/all')).rejects.toMatchObject({ code: 'local.file-unwritable' });
});
