import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RemoteJobs } from './remote.ts';
import { followAll, followApart } from './testFollow.ts';
import { openTestRemote, type TestRemote } from './testRemote.ts';
import { remoteVariants, startTestSshd, type TestSshd } from './testSshd.ts';

const plain = { sudo: false };

describe.each(remoteVariants)('jobs under $name', ({ options }) => {
  let sshd: TestSshd;
  let test: TestRemote;
  let jobs: RemoteJobs;
  let bootDirectory: string;
  const bootIdFile = () => join(bootDirectory, 'boot-id');
  const runs = (name: string) => readFileSync(join(sshd.directory, name), 'utf8').length;
  const file = (name: string) => join(sshd.directory, name);

  beforeAll(async () => {
    bootDirectory = mkdtempSync(join(tmpdir(), 'ph-boot-'));
    writeFileSync(bootIdFile(), 'this-boot\n');
    sshd = await startTestSshd({ ...options, environment: { PILOTHOUSE_BOOT_ID_FILE: bootIdFile() } });
    test = openTestRemote([sshd.target()]);
    jobs = test.server(sshd.target()).jobs;
  });
  afterAll(async () => {
    await test.remote.close();
    await sshd.stop();
    rmSync(bootDirectory, { recursive: true });
  });

  it('runs detached, with its output, exit code and environment', async () => {
    const value = `it's "$HOME" \\ \n é`;
    await jobs.start({ id: 'plain', script: 'printf %s "$VALUE"; echo err >&2; cat; exit 9', env: { VALUE: value } }, {});
    const { end, bytes } = await followAll(jobs, 'plain');
    expect(bytes.toString()).toBe(`${value}err\n`);
    expect(end).toEqual({ kind: 'exited', exitCode: 9, outputBytes: bytes.length });
    expect(await jobs.probe('plain', plain)).toEqual(end);
    expect((await followAll(jobs, 'plain', 5)).bytes).toEqual(bytes.subarray(5));
    await jobs.forget('plain', plain);
    expect(await jobs.probe('plain', plain)).toEqual({ kind: 'absent' });
    expect((await followAll(jobs, 'plain')).end).toMatchObject({ kind: 'lost', by: 'removal' });
  });

  it('keeps stderr apart where that is asked for, each followed from an offset of its own', async () => {
    const script =
      'printf out1; printf err1 >&2; sleep 0.1; i=0; while [ $i -lt 400 ]; do echo "line $i"; echo "wrong $i" >&2; i=$((i + 1)); done; printf end; printf END >&2; exit 3';
    await jobs.start({ id: 'apart', script, apart: true }, {});
    const numbered = (word: string) => Array.from({ length: 400 }, (_, n) => `${word} ${n}\n`).join('');
    const whole = { out: `out1${numbered('line')}end`, errors: `err1${numbered('wrong')}END` };
    for (const [offset, errorOffset] of [
      [0, 0],
      [100, 7],
    ] as const) {
      const followed = await followApart(jobs, 'apart', offset, errorOffset);
      expect([followed.out, followed.errors]).toEqual([whole.out.slice(offset), whole.errors.slice(errorOffset)]);
      expect(followed.end).toEqual({ kind: 'exited', exitCode: 3, outputBytes: whole.out.length, errorBytes: whole.errors.length });
    }
    expect(await jobs.probe('apart', plain)).toMatchObject({ errorBytes: whole.errors.length });
    await jobs.forget('apart', plain);
  });

  it('lets the files that a job makes be read by whom the login would let', async () => {
    const script = 'umask; : >made; ls -l made | cut -c1-10; rm made';
    const plainly = await test.server(sshd.target()).exec({ script: `cd; ${script}`, timeoutMs: 20_000 });
    await jobs.start({ id: 'mask', script }, {});
    expect((await followAll(jobs, 'mask')).bytes.toString()).toBe(plainly.stdout);
    expect(plainly.stdout).toContain('-rw-r--r--');
  });

  it('gives a job whole that ends at once, byte by byte, also to who asks for its start again', async () => {
    const script = `printf 'nul \\000 bad \\377 no end'; printf 'wrong\\n' >&2; exit 7`;
    const bytes = Buffer.from('nul \0 bad \xff no end', 'latin1');
    for (const apart of [true, false]) {
      const request = { id: `quick-${apart}`, script, apart };
      for (const quick of [await jobs.start(request, {}), await jobs.start(request, {})]) {
        const errors = Buffer.from('wrong\n');
        const output = apart ? bytes : Buffer.concat([bytes, errors]);
        expect(quick?.end).toEqual({ kind: 'exited', exitCode: 7, outputBytes: output.length, ...(apart && { errorBytes: 6 }) });
        expect(Buffer.from(quick?.output ?? [])).toEqual(output);
        expect(Buffer.from(quick?.errors ?? []).toString()).toBe(apart ? 'wrong\n' : '');
      }
      expect((await followAll(jobs, request.id)).end).toMatchObject({ exitCode: 7 });
    }
    expect(await jobs.start({ id: 'slow', script: 'sleep 2' }, {})).toBeNull();
    expect(await jobs.start({ id: 'large', script: 'head -c 70000 /dev/zero' }, {})).toBeNull();
    expect((await followAll(jobs, 'large')).bytes.length).toBe(70_000);
  });

  it('starts once, however often and however concurrently it is asked to', async () => {
    const request = { id: 'once', script: 'printf x >>"$COUNT"; sleep 0.3', env: { COUNT: file('once') } };
    await Promise.all(Array.from({ length: 6 }, () => jobs.start(request, {})));
    await followAll(jobs, 'once');
    await jobs.start(request, {});
    expect(runs('once')).toBe(1);
  });

  it('ends the whole group of a cancelled job, by force when it does not listen', async () => {
    await jobs.start({ id: 'gentle', script: `trap 'echo bye; exit 5' TERM\necho on; while :; do sleep 0.1; done` }, {});
    const heard = new AbortController();
    await expect(jobs.follow('gentle', { ...plain, offset: 0, onOutput: () => heard.abort(), signal: heard.signal })).rejects.toThrow();
    await jobs.cancel('gentle', { ...plain, graceMs: 5_000 });
    expect(await jobs.probe('gentle', plain)).toMatchObject({ kind: 'exited', exitCode: 5 });
    await jobs.start({ id: 'deaf', script: `trap '' TERM\n(while :; do sleep 0.2; date >>"$BEAT"; done) & wait`, env: { BEAT: file('beat') } }, {});
    await jobs.cancel('deaf', { ...plain, graceMs: 300 });
    expect(await jobs.probe('deaf', plain)).toMatchObject({ kind: 'exited', exitCode: 137 });
    const { stdout } = await test
      .server(sshd.target())
      .exec({ script: 'a=$(cat "$F"); sleep 0.6; [ "$a" = "$(cat "$F")" ] && echo still', env: { F: file('beat') }, timeoutMs: 20_000 });
    expect(stdout).toBe('still\n');
    await jobs.cancel('deaf', { ...plain, graceMs: 300 });
    await jobs.cancel('never-was', { ...plain, graceMs: 300 });
  });

  it('keeps secrets on a memory file system for as long as the job runs, and nowhere else', async () => {
    const secret = `s3cr3t '${options.userland}'`;
    const script = `cat "$PH_SECRETS/token" | wc -c; ls -ln "$PH_SECRETS/token" | cut -c1-10; echo "$PH_SECRETS"; env | grep -c "s3cr3t" || :; tr '\\0' ' ' </proc/$PPID/cmdline | grep -c s3cr3t || :`;
    await jobs.start({ id: 'secretive', script, secrets: { token: secret } }, {});
    const { end, bytes } = await followAll(jobs, 'secretive');
    const [length, mode, path, inEnvironment, inArguments] = bytes.toString().split('\n');
    expect([end.kind, length?.trim(), mode, inEnvironment, inArguments]).toEqual(['exited', String(secret.length), '-rw-------', '0', '0']);
    expect(path).toMatch(/^\/dev\/shm\//);
    expect(() => readdirSync(path ?? '')).toThrow('ENOENT');
    const { stdout } = await test
      .server(sshd.target())
      .exec({ script: 'grep -r s3cr3t "$PILOTHOUSE_STATE_DIR" | grep -vc PH_SECRETS || :', timeoutMs: 20_000 });
    expect(stdout).toBe('0\n');
  });

  it('tells a reboot from a kill, and drops the secrets of both', async () => {
    const start = async (id: string) => {
      await jobs.start({ id, script: 'echo "$PH_SECRETS"; echo on; sleep 300', secrets: { a: 'b' } }, {});
      const ready = new AbortController();
      let path = '';
      const follow = jobs.follow(id, {
        ...plain,
        offset: 0,
        signal: ready.signal,
        onOutput: (bytes) => {
          path += Buffer.from(bytes).toString();
          if (path.includes('on\n')) ready.abort(new Error('ready'));
        },
      });
      await expect(follow).rejects.toThrow('ready');
      return path.split('\n')[0] ?? '';
    };
    const killed = await start('killed');
    const pid = Number(readFileSync(join(sshd.directory, 'state/jobs/killed/1/pid'), 'utf8').split(' ')[0]);
    const following = followAll(jobs, 'killed');
    process.kill(-pid, 'SIGKILL');
    expect((await following).end).toMatchObject({ kind: 'lost', by: 'kill' });
    expect(() => readdirSync(killed)).toThrow('ENOENT');

    const rebooted = await start('rebooted');
    const before = readFileSync(bootIdFile(), 'utf8');
    writeFileSync(bootIdFile(), 'another-boot\n');
    expect(await jobs.probe('rebooted', plain)).toMatchObject({ kind: 'lost', by: 'reboot' });
    expect((await followAll(jobs, 'rebooted')).end).toMatchObject({ kind: 'lost', by: 'reboot' });
    expect(await jobs.probe('plain-unknown', plain)).toEqual({ kind: 'absent' });
    writeFileSync(bootIdFile(), before);
    expect(() => readdirSync(rebooted)).toThrow('ENOENT');
    await jobs.cancel('rebooted', { ...plain, graceMs: 500 });
  });

  it('starts anew after a start that was cut off before the process came up, and never both', async () => {
    await test.server(sshd.target()).exec({ script: 'mkdir -p "$PILOTHOUSE_STATE_DIR/jobs/cut/1"', timeoutMs: 20_000 });
    expect(await jobs.probe('cut', plain)).toEqual({ kind: 'absent' });
    const request = { id: 'cut', script: 'printf x >>"$COUNT"', env: { COUNT: file('cut') } };
    await Promise.all([jobs.start(request, {}), jobs.start(request, {})]);
    expect((await followAll(jobs, 'cut')).end).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(runs('cut')).toBe(1);
  });

  it('refuses ids and names of secrets that could be paths, and to forget what runs', async () => {
    for (const id of ['../x', 'A', '', 'a/b', '.hidden']) {
      const error = await jobs.start({ id, script: 'true' }, {}).catch((e: unknown) => e);
      expect(AppError.is(error, 'input.invalid')).toBe(true);
    }
    const error = await jobs.start({ id: 'x', script: 'true', secrets: { '../y': 'z' } }, {}).catch((e: unknown) => e);
    expect(AppError.is(error, 'input.invalid')).toBe(true);
    await jobs.start({ id: 'busy', script: 'sleep 300' }, {});
    const refused = await jobs.forget('busy', plain).catch((e: unknown) => e);
    expect(AppError.is(refused, 'operation.wrong-state')).toBe(true);
    await jobs.cancel('busy', { ...plain, graceMs: 1_000 });
    await jobs.forget('busy', plain);
  });
});
