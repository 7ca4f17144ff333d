import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { randomArt } from '../../shared/model/randomArt.ts';
import { makeSshKeyPair } from './sshKeyPair.ts';

it('draws what ssh-keygen draws', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ph-art-'));
  try {
    for (let index = 0; index < 20; index += 1) {
      const file = join(directory, `key-${index}.pub`);
      writeFileSync(file, makeSshKeyPair().public);
      const [line = '', ...drawn] = execFileSync('ssh-keygen', ['-lvf', file], { encoding: 'utf8' }).trimEnd().split('\n');
      const board = drawn.slice(1, -1).map((row) => row.slice(1, -1));
      expect(randomArt(line.split(' ')[1] ?? '')).toEqual(board);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  expect(randomArt('MD5:aa')).toEqual([]);
});
