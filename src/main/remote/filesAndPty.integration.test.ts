import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RemotePty, RemoteServer } from './remote.ts';
import { openTestRemote, type TestRemote } from './testRemote.ts';
import { remoteVariants, startTestSshd, type TestSshd } from './testSshd.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.catch((e: unknown) => e);
  if (error instanceof AppError) return error;
  throw new Error(`not an AppError: ${String(error)}`);
}

describe.each(remoteVariants)('files and terminals under $name', ({ options }) => {
  let sshd: TestSshd;
  let test: TestRemote;
  let server: RemoteServer;
  const path = (name: string) => join(sshd.directory, name);

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    test = openTestRemote([sshd.target()]);
    server = test.server(sshd.target());
  });
  afterAll(async () => {
    await test.remote.close();
    await sshd.stop();
  });

  it('writes any bytes whole, with their mode, over what is there, and reads them back', async () => {
    mkdirSync(path('files'));
    const bytes = new Uint8Array(2_500_000).map((_, at) => (at * 31 + (at >> 9)) % 256);
    for (const size of [0, 1, 70_000, bytes.length]) {
      await server.writeFile(path('files/a "b" $c'), bytes.subarray(0, size), { mode: 0o640 });
      expect(Buffer.compare(readFileSync(path('files/a "b" $c')), bytes.subarray(0, size))).toBe(0);
      expect(Buffer.compare(await server.readFile(path('files/a "b" $c'), { maxBytes: 3_000_000 }), bytes.subarray(0, size))).toBe(0);
    }
    expect(statSync(path('files/a "b" $c')).mode & 0o777).toBe(0o640);
    expect(readdirSync(path('files'))).toEqual(['a "b" $c']);
  });

  it('says what stands in the way of a file, and leaves what was there', async () => {
    writeFileSync(path('big'), 'x'.repeat(1000));
    expect((await failure(server.writeFile(path('none/file'), new Uint8Array(1), { mode: 0o600 }))).data).toMatchObject({
      output: 'the directory does not exist',
    });
    expect((await failure(server.writeFile(path('state'), new Uint8Array(1), { mode: 0o600 }))).data).toMatchObject({ output: 'it is a directory' });
    expect((await failure(server.writeFile('/proc/x', new Uint8Array(1), { mode: 0o600 }))).code).toMatch(/^remote\./);
    expect((await failure(server.writeFile('relative', new Uint8Array(1), { mode: 0o600 }))).code).toBe('input.invalid');
    expect((await failure(server.readFile(path('missing'), { maxBytes: 10 }))).data).toMatchObject({ output: 'there is no such file' });
    expect((await failure(server.readFile(path('big'), { maxBytes: 999 }))).code).toBe('remote.output-too-large');
    const cut = await failure(
      server
        .writeFile(path('big'), new Uint8Array(50_000_000), { mode: 0o600, signal: AbortSignal.timeout(50) })
        .catch((e: unknown) => Promise.reject(e instanceof AppError ? e : new AppError('core.stopping', {}))),
    );
    expect(cut.code).toBe('core.stopping');
    expect(readFileSync(path('big'), 'utf8')).toBe('x'.repeat(1000));
  });

  it('finds and makes the state directory', async () => {
    expect(await server.stateDirectory()).toEqual({ path: path('state'), sudo: true });
  });

  it('opens a terminal with the login shell, in the size asked for, and changes it', async () => {
    const pty = await server.pty({ cols: 91, rows: 17, term: 'xterm-256color' });
    const screen = collect(pty);
    pty.write('stty size; echo "term=$TERM" d""one\n');
    await screen.until('done');
    expect(screen.text()).toMatch(/17 91\r?\n.*term=xterm-256color/s);
    pty.resize(120, 40);
    pty.write('stty size; echo re""sized\n');
    await screen.until('resized');
    expect(screen.text()).toContain('40 120');
    pty.write('exit 6\n');
    expect(await screen.closed).toEqual(['exited', 6]);
  });

  it('runs a script of any length in a terminal, without echoing it, and leaves stdin to it', async () => {
    const script = `${'# padding, far more than a terminal line may hold\n'.repeat(400)}printf 'name? '; read -r name; echo "hello $name"; exit 3`;
    const pty = await server.pty({ cols: 80, rows: 24, term: 'xterm', script });
    const screen = collect(pty);
    await screen.until('name? ');
    pty.write('ada\n');
    await screen.until('hello ada');
    expect(await screen.closed).toEqual(['exited', 3]);
    expect(screen.text()).not.toContain('padding');
  });

  it('stops reading while paused, and is closed by its owner', async () => {
    const pty = await server.pty({ cols: 80, rows: 24, term: 'xterm', script: 'while :; do echo 0123456789; done' });
    const screen = collect(pty);
    await screen.until('0123456789');
    pty.pause();
    await server.exec({ script: 'sleep 0.3', timeoutMs: 20_000 });
    const at = screen.text().length;
    await server.exec({ script: 'sleep 0.3', timeoutMs: 20_000 });
    expect(screen.text().length).toBe(at);
    pty.resume();
    await screen.until('0123456789', at + 1_000);
    pty.close();
    expect((await screen.closed)[0]).toBe('exited');
  });

  it('tells a terminal that its connection was lost', async () => {
    const pty = await server.pty({ cols: 80, rows: 24, term: 'xterm', script: 'echo on; sleep 100' });
    const screen = collect(pty);
    await screen.until('on');
    sshd.dropConnections();
    expect(await screen.closed).toEqual(['lost', null]);
    pty.write('into the void');
    pty.resize(10, 10);
    pty.close();
  });
});

describe('a full disk', () => {
  it('is told apart, and leaves nothing behind', async () => {
    const sshd = await startTestSshd({ programs: { cat: '#!/bin/sh\nhead -c 10\necho "cat: write error: No space left on device" >&2\nexit 1\n' } });
    const test = openTestRemote([sshd.target()]);
    try {
      const file = join(sshd.directory, 'state/file');
      const error = await failure(test.server(sshd.target()).writeFile(file, new Uint8Array(5_000_000), { mode: 0o600 }));
      expect(AppError.is(error, 'remote.disk-full') && error.data.path).toBe(file);
      expect(readdirSync(join(sshd.directory, 'state'))).toEqual([]);
    } finally {
      await test.remote.close();
      await sshd.stop();
    }
  });
});

/** Gathers what a terminal shows, and lets a test await a text in it. */
function collect(pty: RemotePty) {
  let text = '';
  let check = () => {};
  pty.onData((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    check();
  });
  return {
    text: () => text,
    until: (wanted: string, from = 0) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (text.indexOf(wanted, from) < 0) return;
          check = () => {};
          resolve();
        };
        check();
      }),
    closed: new Promise<['exited' | 'lost', number | null]>((resolve) => pty.onClose((how, exitCode) => resolve([how, exitCode]))),
  };
}
