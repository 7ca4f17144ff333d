import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Shells that the scripts have to run in: the one of Debian, and the one of small images and servers. */
export const shells: readonly { name: string; words: [string, ...string[]] }[] = [
  { name: 'dash', words: ['dash'] },
  { name: 'busybox', words: ['busybox', 'sh'] },
];

/** A directory of its own, with one for secrets. */
export function scratchDirectory(): { directory: string; sets: string } {
  const directory = mkdtempSync(join(tmpdir(), 'backups-'));
  mkdirSync(join(directory, 'secrets'));
  writeFileSync(join(directory, 'secrets/passphrase'), 'correct horse battery staple');
  return { directory, sets: join(directory, 'root/db-1/shop') };
}

/** Runs a script to its end. */
export function runScript(shell: readonly [string, ...string[]], script: string, env: Record<string, string>, directory: string) {
  const [program, ...words] = shell;
  const result = spawnSync(program, [...words, '-c', script], {
    env: { PATH: `${join(directory, 'bin')}:/usr/bin:/bin:/usr/sbin:/sbin`, PH_SECRETS: join(directory, 'secrets'), TMPDIR: directory, ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
