import { readFileSync, statSync, truncateSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testDirectory } from '../database/testDirectory.ts';
import { openFileLog } from './fileLog.ts';

it('writes events as JSON lines that only this user may read, without secrets', () => {
  using place = testDirectory();
  const { log, path, close } = openFileLog(place.path);
  log('server.added', { name: 'a', credentials: { password: 'canary-1' }, request: { passphrase: 'canary-2' } });
  close();
  const text = readFileSync(path, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ event: 'server.added', name: 'a' });
  expect(text).not.toContain('canary');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('takes nothing more once it is closed', () => {
  using place = testDirectory();
  const { log, path, close } = openFileLog(place.path);
  log('one', {});
  close();
  log('two', {});
  expect(readFileSync(path, 'utf8')).not.toContain('"two"');
});

it('begins a new file when the old one has grown large, and keeps the old', () => {
  using place = testDirectory();
  const first = openFileLog(place.path);
  first.log('one', {});
  first.close();
  truncateSync(first.path, 9 * 1024 * 1024);
  const second = openFileLog(place.path);
  second.log('two', {});
  second.close();
  expect(readFileSync(second.path, 'utf8')).toContain('"two"');
  expect(statSync(`${second.path}.1`).size).toBe(9 * 1024 * 1024);
});
