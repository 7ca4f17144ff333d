import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellContext } from '../../../operations/operations.ts';
import { openTestRemote, type TestRemote } from '../../../remote/testRemote.ts';
import { startTestSshd, type TestSshd, type TestSshdOptions } from '../../../remote/testSshd.ts';
import { testSystemctl } from '../../../remote/testSystemctl.ts';
import { type RecorderPrograms, recorderInstall, recorderRemove } from './recorderOperations.ts';

const resources = new URL('../../../../../resources/health/', import.meta.url).pathname;
const text = (name: string) => readFileSync(join(resources, name), 'utf8');
const programs: RecorderPrograms = { recorder: async () => text('recorder.sh'), collector: async () => text('collector.sh') };
const unitFile = 'pilothouse-recorder.service';

let sshd: TestSshd;
let units: string;
let laptops: TestRemote[];

beforeEach(() => {
  laptops = [];
  units = mkdtempSync(join(tmpdir(), 'ph-units-'));
});
afterEach(async () => {
  if (laptops.length === 0) return;
  for (const file of ['unbooted', 'stuck']) rmSync(join(sshd.directory, file), { force: true });
  await remove().catch(() => {});
  for (const { remote } of laptops) await remote.close();
  await sshd.stop();
  rmSync(units, { recursive: true, force: true });
});

/** The login's own place for units where the tests do not run as root. */
async function start(options: TestSshdOptions = {}): Promise<void> {
  const environment = { PILOTHOUSE_UNIT_DIR: units, XDG_CONFIG_HOME: join(units, 'config'), ...options.environment };
  const all = { systemctl: testSystemctl, loginctl: '#!/bin/sh\nexit 0\n', ...options.programs };
  sshd = await startTestSshd({ ...options, environment, programs: all });
}

/** A cell of a computer of its own. */
function cell(): CellContext {
  const target = sshd.target();
  const laptop = openTestRemote([target]);
  laptops.push(laptop);
  const unused = () => {
    throw new Error('not part of this cell');
  };
  return {
    ...{ operationId: 'op_1' as never, serverId: target.serverId, serverName: 'box', stepId: 'install', attempt: 1, signal: new AbortController().signal },
    ...{ remote: laptop.remote.server(target.serverId), phase: () => {}, output: async () => {}, effect: unused, started: () => false, job: unused },
    ...{ ask: unused, memory: { get: unused, set: unused } },
  } as unknown as CellContext;
}
const install = (intervalS = 1, own: RecorderPrograms = programs) => recorderInstall(own, Date.now).runCell({ intervalS, maxMib: 8 }, cell());
const remove = () => recorderRemove(Date.now).runCell({}, cell());

/** What is on the server of a recorder. */
function left(): string[] {
  const state = join(sshd.directory, 'state');
  const files = readdirSync(state).filter((name) => name.startsWith('recorder'));
  return [
    ...files,
    ...readdirSync(units, { recursive: true })
      .filter((name) => String(name).includes('recorder'))
      .map(String),
  ];
}
const unit = () => readFileSync(join(units, unitFile), 'utf8');
const place = () => join(sshd.directory, 'state', 'recorder');

describe('putting a recorder on a server', () => {
  it('without systemd fails with the reason, and leaves nothing', async () => {
    await start({ userland: 'busybox' });
    rmSync(join(sshd.directory, 'bin', 'systemctl'));
    await expect(install()).rejects.toMatchObject({
      code: 'remote.command-failed',
      data: { exitCode: 3, output: expect.stringContaining('systemd is not there') },
    });
    expect(left()).toEqual([]);
  });

  it('where systemd is installed and does not run leaves nothing either', async () => {
    await start();
    writeFileSync(join(sshd.directory, 'unbooted'), '');
    await expect(install()).rejects.toMatchObject({ code: 'remote.command-failed', data: { output: expect.stringContaining('not been booted with systemd') } });
    expect(left()).toEqual([]);
  });

  it('with a full disk leaves nothing', async () => {
    // A stand-in for the full disk: whatever `cat` is to write.
    await start({ programs: { cat: "#!/bin/sh\necho 'cat: write error: No space left on device' >&2\nexit 1\n" } });
    await expect(install()).rejects.toThrow();
    expect(left()).toEqual([]);
  });

  it('with other programs than before takes the new ones, and keeps what was kept', async () => {
    await start();
    expect(await install()).toMatchObject({ state: 'done' });
    expect(await install()).toMatchObject({ state: 'satisfied' });
    const pid = () => readFileSync(join(sshd.directory, 'unit.pid'), 'utf8');
    const [before, mark] = [pid(), /^# mark (.*)$/m.exec(unit())?.[1]];
    const looks = () => readFileSync(join(place(), 'ring/current'), 'utf8');
    const firstLook = looks().slice(0, 40);
    const newer = { ...programs, recorder: async () => `${text('recorder.sh')}# Of a later version.\n` };
    expect(await install(1, newer)).toMatchObject({ state: 'done' });
    expect(readFileSync(join(place(), 'recorder.sh'), 'utf8')).toContain('Of a later version.');
    expect([pid() === before, /^# mark (.*)$/m.exec(unit())?.[1] === mark, looks().startsWith(firstLook)]).toEqual([false, false, true]);
    expect(left()).toEqual(['recorder', unitFile]);
  });

  it('from two computers at once: what is there at the end is of one of them, whole, and whoever was overtaken is told', async () => {
    await start();
    const other = { recorder: async () => `${text('recorder.sh')}# Of the other.\n`, collector: async () => `${text('collector.sh')}# Of the other.\n` };
    const ended = await Promise.allSettled([install(1), install(2, other)]);
    const last = /PH_INTERVAL_S=2 /.test(unit()) ? 1 : 0;
    expect(ended[last]).toMatchObject({ status: 'fulfilled', value: { state: 'done' } });
    const overtaken = ended[1 - last];
    if (overtaken?.status === 'rejected') expect(overtaken.reason).toMatchObject({ data: { output: expect.stringContaining('another computer') } });
    for (const name of ['recorder.sh', 'collector.sh']) expect(readFileSync(join(place(), name), 'utf8').includes('Of the other.')).toBe(last === 1);
    expect(left()).toEqual(['recorder', unitFile]);
  });

  it('goes on where another died over it long ago', async () => {
    await start();
    mkdirSync(join(sshd.directory, 'state', 'recorder.lock'), { recursive: true });
    utimesSync(join(sshd.directory, 'state', 'recorder.lock'), new Date(0), new Date(0));
    expect(await install()).toMatchObject({ state: 'done' });
    expect(left()).toEqual(['recorder', unitFile]);
  });
});

describe('taking a recorder off', () => {
  it.each([
    ['as it was put there', () => {}],
    ['whose unit somebody removed', () => rmSync(join(units, unitFile))],
    ['whose files somebody removed', () => rmSync(place(), { recursive: true })],
  ])('%s leaves nothing', async (_what, meanwhile) => {
    await start();
    await install();
    meanwhile();
    expect(await remove()).toMatchObject({ state: 'done' });
    expect([left(), existsSync(join(sshd.directory, 'unit.pid'))]).toEqual([[], false]);
    expect(await remove()).toMatchObject({ state: 'satisfied' });
  });

  it('that cannot be ended says so, and takes nothing away under it', async () => {
    await start();
    await install();
    writeFileSync(join(sshd.directory, 'stuck'), '');
    await expect(remove()).rejects.toMatchObject({ data: { output: expect.stringContaining('cannot be ended') } });
    expect(left()).toEqual(['recorder', unitFile]);
  });
});

describe.each([['sh'], ['dash'], ['busybox', 'sh']])('a recorder under %s %s', (shell, ...words) => {
  it.each([
    ['the disk is full', (directory: string) => symlinkSync('/dev/full', join(directory, 'ring', 'current'))],
    ['nothing can be made there', (directory: string) => mkdirSync(join(directory, 'ring', 'current'))],
  ])('ends where %s, with all that it started: its unit tries again', async (_what, fill) => {
    const directory = mkdtempSync(join(tmpdir(), 'ph-full-'));
    for (const name of ['recorder.sh', 'collector.sh']) cpSync(join(resources, name), join(directory, name));
    mkdirSync(join(directory, 'ring'));
    fill(directory);
    const child = spawn(
      shell,
      [...words, 'recorder.sh'].filter((word) => word !== undefined),
      { cwd: directory, env: { ...process.env, PH_INTERVAL_S: '1' }, stdio: 'ignore' },
    );
    await once(child, 'exit');
    const running = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && placeOf(pid) === directory);
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  });
});

/** Where a process works; null: it is gone. */
function placeOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
