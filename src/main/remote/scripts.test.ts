import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readFileScript, writeFileScript } from './files.ts';
import { parseJobLine } from './jobLine.ts';
import { cancelScript, followScript, forgetScript, probeScript } from './jobScripts.ts';
import { startScript } from './jobStartScript.ts';
import { relayScript } from './relayScript.ts';
import { makeStateScript } from './stateScript.ts';
import { becomeRoot } from './sudo.ts';
import { sweepScript } from './sweepScript.ts';

const start = startScript({ id: 'job', script: `echo "it's"`, env: { A: 'a' }, secrets: { token: `it's` } }, '1');
const runner = /^runner='(.*?)'\nwith_secrets=/ms.exec(start)?.[1]?.replaceAll(String.raw`'\''`, "'") ?? '';
const target = { sudo: 'password', user: 'ada', name: 'one' } as Parameters<typeof becomeRoot>[0];

describe('scripts sent to servers', () => {
  it.each([
    ['write file', writeFileScript],
    ['read file', readFileScript],
    ['state directory', makeStateScript],
    ['sweep', sweepScript],
    ['relay', relayScript],
    ['become root', becomeRoot(target, '123', 456)],
    ['become root without sudo', becomeRoot({ ...target, sudo: 'none' }, '123', 456)],
    ['job start', start],
    ['job runner', runner],
    ['job probe', probeScript('job', '1')],
    ['job follow', followScript('job', '1', 7)],
    ['job follow with stderr apart', followScript('job', '1', 7, 3)],
    ['job cancel', cancelScript('job', '1', 1000)],
    ['job forget', forgetScript('job', '1')],
  ])('%s: shellcheck finds nothing, and dash and busybox can read it', (_name, script) => {
    expect(script.length).toBeGreaterThan(40);
    // 2015, 2016: texts meant as they are; 2317, 2329: functions that only some of the scripts use; 1091: the file is made on the server.
    const check = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2015,SC2016,SC2317,SC2329,SC1091', '-'], { input: script, encoding: 'utf8' });
    expect(check.stdout).toBe('');
    expect(check.status).toBe(0);
    for (const shell of [['dash'], ['busybox', 'sh']]) {
      expect(spawnSync(shell[0] ?? '', [...shell.slice(1), '-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });
});

describe('the answer of the job scripts', () => {
  it('is read whole or not at all', () => {
    expect(parseJobLine('ph-job running 12\n')).toEqual({ kind: 'running' });
    expect(parseJobLine('noise\nph-job exited 137 12\n')).toEqual({ kind: 'exited', exitCode: 137, outputBytes: 12 });
    expect(parseJobLine('ph-job reboot 3')).toEqual({ kind: 'lost', by: 'reboot', outputBytes: 3 });
    expect(parseJobLine('ph-job exited 0 12 7\n')).toEqual({ kind: 'exited', exitCode: 0, outputBytes: 12, errorBytes: 7 });
    expect(parseJobLine('ph-job kill 0')).toEqual({ kind: 'lost', by: 'kill', outputBytes: 0 });
    expect(parseJobLine('ph-job starting 0')).toEqual({ kind: 'absent' });
    for (const text of ['', 'ph-job', 'ph-job exited 12', 'ph-job exited x 1', 'xph-job running 1']) expect(parseJobLine(text)).toBeNull();
  });
});
