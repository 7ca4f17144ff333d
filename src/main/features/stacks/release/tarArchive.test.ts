import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { writeTar } from './tarArchive.ts';

const long = `${'deep/'.repeat(25)}${'name'.repeat(20)}.toml`;

test.each(['tar', 'busybox'])('%s unpacks bytes, modes, long paths and directories', (program) => {
  const directory = mkdtempSync(join(tmpdir(), 'tar-'));
  try {
    const input = writeTar([
      { path: 'compose.yaml', bytes: Buffer.from('services: {}\n'), mode: 0o644 },
      { path: 'bin/run.sh', bytes: new Uint8Array(512).fill(10), mode: 0o755 },
      { path: 'bin/empty', bytes: new Uint8Array(), mode: 0o600 },
      { path: long, bytes: new Uint8Array([0, 255, 13]), mode: 0o644 },
    ]);
    const unpacked = spawnSync(program, [...(program === 'tar' ? [] : ['tar']), '-xpf', '-', '-C', directory], { input });
    expect(unpacked.status, String(unpacked.stderr)).toBe(0);
    expect(readFileSync(join(directory, 'compose.yaml'), 'utf8')).toBe('services: {}\n');
    expect([...readFileSync(join(directory, long))]).toEqual([0, 255, 13]);
    const mode = (path: string) => (statSync(join(directory, path)).mode & 0o777).toString(8);
    expect(['bin', 'bin/run.sh', 'bin/empty'].map(mode)).toEqual(['755', '755', '600']);
    expect(statSync(join(directory, 'bin/run.sh')).size).toBe(512);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.each(['../up', '/etc/passwd', 'a//b', 'a/./b', ''])('%j is refused', (path) => {
  expect(() => writeTar([{ path, bytes: new Uint8Array(), mode: 0o644 }])).toThrow(AppError);
});
