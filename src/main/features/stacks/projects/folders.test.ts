import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeTar } from '../release/tarArchive.ts';
import { fetchGit, withoutPassword } from './fetchGit.ts';
import { readFolder } from './readFolder.ts';

let root: string;
const long = `deep/${'long-name-'.repeat(12)}/file.txt`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'project-'));
  mkdirSync(join(root, 'from', long, '..'), { recursive: true });
  mkdirSync(join(root, 'from/.git'));
  writeFileSync(join(root, 'from/.git/config'), 'x');
  writeFileSync(join(root, 'from/run.sh'), '#!/bin/sh\n');
  chmodSync(join(root, 'from/run.sh'), 0o755);
  writeFileSync(join(root, 'from/logo.bin'), Buffer.from([0, 255, 10, 13, 0, 200]));
  writeFileSync(join(root, 'from', long), 'far');
  symlinkSync('run.sh', join(root, 'from/link'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a folder', () => {
  test('goes through an archive with its bytes, modes and links, whatever reads it', async () => {
    const files = await readFolder(join(root, 'from'));
    expect(files.map(({ path }) => path)).toEqual([long, 'link', 'logo.bin', 'run.sh']);
    writeFileSync(join(root, 'it.tar'), writeTar(files));
    for (const [name, command] of [
      ['gnu', ['tar']],
      ['busybox', ['busybox', 'tar']],
    ] as const) {
      mkdirSync(join(root, name));
      execFileSync(command[0], [...command.slice(1), '-xpf', join(root, 'it.tar'), '-C', join(root, name)]);
      expect(execFileSync('diff', ['-r', '--no-dereference', '-x', '.git', join(root, 'from'), join(root, name)]).toString()).toBe('');
      expect(lstatSync(join(root, name, 'run.sh')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(join(root, name, 'link'))).toBe('run.sh');
      expect([...readFileSync(join(root, name, 'logo.bin'))]).toEqual([0, 255, 10, 13, 0, 200]);
    }
  });

  test.each([
    ['a link to somewhere else', () => symlinkSync('/etc/passwd', join(root, 'from/out'))],
    ['a link above', () => symlinkSync('../..', join(root, 'from/out'))],
    [
      'a link to a link that leads out',
      () => {
        mkdirSync(join(root, 'from/in'));
        symlinkSync('../../..', join(root, 'from/in/a'));
        symlinkSync('in/a', join(root, 'from/out'));
      },
    ],
    ['a pipe', () => execFileSync('mkfifo', [join(root, 'from/out')])],
  ])('%s is refused', async (_what, make) => {
    make();
    await expect(readFolder(join(root, 'from'))).rejects.toMatchObject({ code: 'local.file-unreadable' });
  });
});

describe('git', () => {
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', join(root, 'repo'), '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words])
      .toString()
      .trim();
  beforeEach(() => {
    mkdirSync(join(root, 'repo'));
    git('init', '-q', '-b', 'main');
    writeFileSync(join(root, 'repo/compose.yaml'), 'one');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('tag', 'v1');
    writeFileSync(join(root, 'repo/compose.yaml'), 'two');
    git('commit', '-qam', 'two');
  });

  test.each([
    ['main', 'two'],
    ['v1', 'one'],
  ])('%s is resolved to its commit', async (ref, text) => {
    const checkout = await fetchGit(`file://${root}/repo`, ref, { submodules: false });
    expect(readFileSync(join(checkout.folder, 'compose.yaml'), 'utf8')).toBe(text);
    expect(checkout.commit).toBe(git('rev-parse', ref));
    await checkout.remove();
  });

  test('a commit that no ref names is found as well', async () => {
    const checkout = await fetchGit(`file://${root}/repo`, git('rev-parse', 'v1'), { submodules: false });
    expect(readFileSync(join(checkout.folder, 'compose.yaml'), 'utf8')).toBe('one');
    await checkout.remove();
  });

  test.each([
    ['--upload-pack=touch /tmp/x', 'main'],
    ['ext::sh -c touch% /tmp/x', 'main'],
    ['https://example.com/x', '--output=/tmp/x'],
    ['https://example.com/x', 'a:refs/heads/b'],
    ['https://example.com/x', 'main@{1}'],
    ['-x', 'main'],
  ])('%s at %s is refused before git is asked', async (url, ref) => {
    await expect(fetchGit(url, ref, { submodules: false })).rejects.toMatchObject({ code: 'stack.parameter-invalid' });
  });

  test('what git says is told without the password of the address', async () => {
    expect(withoutPassword('fatal: https://me:hunter2@example.com/x not found')).toBe('fatal: https://me:…@example.com/x not found');
    await expect(fetchGit(`file://${root}/none`, 'main', { submodules: false })).rejects.toMatchObject({ code: 'import.unreadable' });
  });
});
