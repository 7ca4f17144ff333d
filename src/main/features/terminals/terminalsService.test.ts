import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { FakeShell } from './fakeShell.ts';
import type { ServerShells, ShellRequest } from './serverShells.ts';
import { addTestServer, testTerminals } from './testTerminals.ts';

/** Shells of a server that are there in every life of the core. */
class FakeShells implements ServerShells {
  readonly opened: { request: ShellRequest; shell: FakeShell }[] = [];
  readonly resumed: { request: ShellRequest; shell: FakeShell }[] = [];
  holder: 'python3' | null = 'python3';
  refuse = false;

  async open(_: unknown, request: ShellRequest) {
    if (this.refuse) throw new AppError('ssh.connection-lost', { server: 'box' });
    return this.#made(this.opened, request);
  }

  resume(_: unknown, request: ShellRequest) {
    return this.#made(this.resumed, request);
  }

  #made(list: { request: ShellRequest; shell: FakeShell }[], request: ShellRequest): FakeShell {
    const shell = new FakeShell();
    shell.holder = this.holder;
    list.push({ request, shell });
    return shell;
  }
}

let directory: ReturnType<typeof testDirectory>;
let database: Database;
let shells: FakeShells;
let nowMs = 0;
beforeEach(() => {
  directory = testDirectory();
  database = openDatabase({ directory: directory.path });
  addTestServer(database, 'srv_box');
  shells = new FakeShells();
  nowMs = 1_000_000;
});
afterEach(() => {
  database.close();
  directory[Symbol.dispose]();
});

const life = () => testTerminals({ database, directory: directory.path, shells, serverId: 'srv_box', nowMs: () => nowMs });
const shell = (index: number) => shells.opened[index]?.shell ?? new FakeShell();

const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return 'nothing thrown';
};

describe('terminals', () => {
  it('opens one shell for one request, however often it is asked, and again after a failure', async () => {
    const { open, service } = life();
    const [one, two] = await Promise.all([open('request-1'), open('request-1')]);
    expect(one.id).toBe(two.id);
    expect(shells.opened).toHaveLength(1);
    expect(service.list()).toEqual([one]);
    shells.refuse = true;
    await expect(open('request-2')).rejects.toMatchObject({ code: 'ssh.connection-lost' });
    shells.refuse = false;
    expect((await open('request-2')).state).toBe('open');
  });

  it('asks what a preset is about where it cannot do without', async () => {
    const { open } = life();
    await expect(open('request-1', 'container')).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await open('request-2', 'container', 'ph-x-web-1')).toMatchObject({ title: 'box · ph-x-web-1', of: 'ph-x-web-1' });
    expect(await open('request-3', 'journal')).toMatchObject({ title: 'box · journal' });
    expect(await open('request-4', 'journal', 'docker')).toMatchObject({ title: 'box · journal docker' });
    expect(shells.opened.map(({ request }) => request.of)).toEqual(['ph-x-web-1', null, 'docker']);
  });

  it('passes keystrokes on, and refuses them after the end', async () => {
    const { open, service } = life();
    const { id } = await open('request-1');
    service.write(id, 'ls\r');
    expect(shell(0).written).toEqual(['ls\r']);
    shell(0).finish();
    expect(service.list()[0]).toMatchObject({ state: 'closed', reason: 'the shell ended' });
    expect(code(() => service.write(id, 'x'))).toBe('terminal.closed');
  });

  it('ends a shell for good that was closed, though its server could not be reached and the core was started anew', async () => {
    const first = life();
    const { id } = await first.open('request-1');
    shell(0).lose();
    first.service.close(id);
    expect(code(() => first.service.session(id))).toBe('terminal.not-found');
    expect(shells.resumed[0]?.shell.ended).toBe(true);
    first.service.dispose();
    const second = life();
    expect(second.service.list()).toEqual([]);
    expect(shells.resumed[1]?.shell.ended).toBe(true);
    shells.resumed[1]?.shell.finish();
    second.service.dispose();
    life();
    expect(shells.resumed).toHaveLength(2);
  });

  it('lets go of shells when the core ends, and takes them up in the next life once somebody looks', async () => {
    const first = life();
    const { id } = await first.open('request-1', 'gpu');
    first.service.resize(id, 100, 30);
    const { start } = first.service.session(id).ring;
    first.service.dispose();
    expect(shell(0)).toMatchObject({ released: true, ended: false });
    nowMs += 1;
    const second = life();
    expect(second.service.list()).toMatchObject([{ id, title: 'box · GPU', state: 'reconnecting', reason: 'not looked at since Pilothouse was started' }]);
    expect(shells.resumed).toEqual([]);
    const session = second.service.session(id);
    expect(shells.resumed[0]?.request).toMatchObject({ id, preset: 'gpu' });
    shells.resumed[0]?.shell.feed('what was on the screen', true);
    expect((await session.snapshot()).text).toContain('what was on the screen');
    expect(second.service.list()).toMatchObject([{ id, state: 'open', reason: null }]);
    // A pane of the first life must not go on from an offset that meant something else.
    expect(session.ring.start).toBeGreaterThan(start);
    second.service.dispose();
  });

  it('knows nothing in the next life of a shell that nothing held', async () => {
    shells.holder = null;
    const first = life();
    expect(await first.open('request-1')).toMatchObject({ holder: null });
    first.service.dispose();
    expect(life().service.list()).toEqual([]);
  });

  it('keeps only the last few ended terminals', async () => {
    const { open, service } = life();
    for (let i = 0; i < 30; i += 1) {
      await open(`request-${i}`);
      shell(i).finish();
    }
    expect(service.list().length).toBe(20);
  });

  it('keeps an arrangement of panes', () => {
    expect(life().service.layout()).toBeNull();
    life().service.saveLayout('{"a":1}');
    life().service.saveLayout('{"a":2}');
    expect(life().service.layout()).toBe('{"a":2}');
  });
});

describe('recordings', () => {
  it('hold what was shown, from the screen as it was, with its times and sizes, and nothing that was typed', async () => {
    const { open, service } = life();
    const { id } = await open('request-1');
    shell(0).feed('before ');
    expect(service.record(id, true).recordingSinceMs).toBe(nowMs);
    await service.session(id).snapshot();
    service.write(id, 'a-secret\r');
    nowMs += 1_500;
    shell(0).feed('h\u00e9llo \u001b[31mred'.slice(0, 3));
    shell(0).feed(Buffer.from('\u{1f680}').subarray(0, 2));
    shell(0).feed(Buffer.from('\u{1f680}').subarray(2));
    service.resize(id, 100, 30);
    nowMs += 500;
    expect(service.recordings.list()).toMatchObject([{ running: true, durationMs: 2_000, serverName: 'box', title: 'box' }]);
    expect(service.record(id, false).recordingSinceMs).toBeNull();
    const [made] = service.recordings.list();
    if (made === undefined) throw new Error('no recording');
    expect(made).toMatchObject({ running: false, durationMs: 2_000 });
    const { data, next } = await service.recordings.read(made.id, 0);
    expect(next).toBeNull();
    const text = Buffer.from(data, 'base64').toString();
    expect(text).toBe(readFileSync(`${directory.path}/recordings/${made.id}.cast`, 'utf8'));
    expect(text).not.toContain('secret');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ version: 2, width: 80, height: 24, timestamp: 1_000, title: 'box', env: { TERM: 'xterm-256color' } });
    expect(lines.slice(1)).toEqual([
      [0, 'o', 'before '],
      [1.5, 'o', 'h\u00e9l'],
      [1.5, 'o', '\u{1f680}'],
      [1.5, 'r', '100x30'],
    ]);
    service.recordings.remove(made.id);
    expect(service.recordings.list()).toEqual([]);
    await expect(service.recordings.read(made.id, 0)).rejects.toMatchObject({ code: 'terminal.recording-not-found' });
    service.dispose();
  });

  it('end with the shell, and with a core that was killed', async () => {
    const first = life();
    const { id } = await first.open('request-1');
    first.service.record(id, true);
    shell(0).finish();
    expect(first.service.recordings.list()).toMatchObject([{ running: false }]);
    const { id: other } = await first.open('request-2');
    first.service.record(other, true);
    // No dispose: the process is gone.
    const second = life();
    expect(second.service.recordings.list().every(({ running }) => !running)).toBe(true);
    first.service.dispose();
  });
});
