import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readAuthorizedKeysScript, writeAuthorizedKeysScript } from './authorizedKeysScript.ts';
import { commandScript } from './commandScript.ts';
import { factsScript } from './factsScript.ts';

const scripts = { readAuthorizedKeysScript, writeAuthorizedKeysScript, factsScript, commandScript: commandScript(['printf', "it's"]) };

/** Functions are called by name through `probe` and `say`, which shellcheck takes for unreachable code. */
const calledByName = 'SC2317,SC2329';

describe.each(Object.entries(scripts))('%s', (_name, script) => {
  it('passes shellcheck as POSIX sh', () => {
    const { stdout, status } = spawnSync('shellcheck', ['--shell=sh', `--exclude=${calledByName}`, '-'], { input: script, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    ['dash', ['dash', '-n']],
    ['busybox sh', ['busybox', 'sh', '-n']],
    ['bash', ['bash', '--posix', '-n']],
  ])('is read by %s', (_shell, [program = '', ...args]) => {
    expect(spawnSync(program, args, { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
