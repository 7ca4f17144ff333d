import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transfer } from '../../../shared/contract/files.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { startTestChaosProxy, type TestChaosProxy } from '../../remote/testChaosProxy.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import type { CopyRequest } from './filesService.ts';
import { newRequest, openTestFiles, type TestFiles } from './testFiles.ts';

const megabyte = 1024 * 1024;
const parts = (directory: string) => readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.part'));
const cells = (operation: Operation) => operation.cells.map((cell) => cell.error?.code ?? `${cell.state}: ${cell.detail}`);

let sshd: TestSshd;
let proxy: TestChaosProxy;
let opened: TestFiles;
let local: string;
const here = (name: string) => join(local, name);
const there = (name: string) => join(sshd.directory, name);

function targets() {
  const through = { host: '127.0.0.1', port: proxy.port };
  return ['one', 'two'].map((name) => sshd.target({ name, serverId: `srv_${name}` as ServerId, ...through }));
}
const start = (direction: CopyRequest['direction'], from: string, to: string, selector = 'one') => {
  const [localPath, remotePath] = direction === 'up' ? [from, to] : [to, from];
  return opened.files.copy({ requestId: newRequest(), selector, direction, local: localPath, remote: remotePath, sudo: false });
};
const copy = async (...given: Parameters<typeof start>) => opened.operations.finished((await start(...given)).id);
/** Resolves once a copy under way has come so far. */
function reaches(bytes: number): Promise<Transfer> {
  return new Promise((resolve) => {
    const look = () => {
      const found = opened.files.transfers.values().find((transfer) => transfer.doneBytes >= bytes);
      if (found === undefined) return;
      stop();
      resolve(found);
    };
    const stop = opened.files.transfers.subscribe(look);
    look();
  });
}

beforeAll(async () => {
  sshd = await startTestSshd();
  proxy = await startTestChaosProxy(sshd.port);
  local = mkdtempSync(join(tmpdir(), 'ph-copy-'));
  opened = await openTestFiles(targets());
});
afterAll(async () => {
  await opened.remove();
  await proxy.stop();
  await sshd.stop();
  rmSync(local, { recursive: true, force: true });
});

describe('where a copy goes', () => {
  it('is the path itself, or into the directory that is there or meant', async () => {
    writeFileSync(here('f'), 'content');
    mkdirSync(there('d'));
    for (const [to, place] of [
      [there('plain'), 'plain'],
      [there('d'), 'd/f'],
      ['below-home', 'below-home'],
    ] as const) {
      expect(cells(await copy('up', here('f'), to))).toEqual([expect.stringMatching(/^done: 7 B · sha256 [0-9a-f]{12}…$/)]);
      expect(readFileSync(there(place), 'utf8')).toBe('content');
    }
    mkdirSync(here('into'));
    await copy('down', there('plain'), here('into'));
    await copy('down', there('plain'), `${here('new')}/`);
    await copy('down', there('plain'), here('other/name'));
    for (const place of ['into/plain', 'new/plain', 'other/name']) expect(readFileSync(here(place), 'utf8')).toBe('content');
  });

  it('is a directory per server where there are several', async () => {
    writeFileSync(there('conf'), 'x');
    const { state } = await copy('down', there('conf'), here('several'), 'all');
    expect(state).toBe('succeeded');
    expect(readdirSync(here('several'))).toEqual(['one', 'two']);
    expect(readFileSync(here('several/two/conf'), 'utf8')).toBe('x');
  });

  it('is refused where it can be nowhere', async () => {
    await expect(start('up', 'relative', '/tmp/x')).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(start('up', '/', '/tmp/x')).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(start('up', here('f'), '/tmp/x', 'nobody')).rejects.toMatchObject({ code: 'selector.no-match' });
    expect(cells(await copy('up', here('missing'), there('x')))).toEqual(['local.file-unreadable']);
    expect(cells(await copy('down', there('missing'), here('x')))).toEqual(['file.not-found']);
  });
});

describe('a directory', () => {
  const build = (root: string) => {
    mkdirSync(join(root, 'a/b/empty'), { recursive: true });
    writeFileSync(join(root, 'top'), randomBytes(100_000));
    writeFileSync(join(root, 'a/b/deep "x" $y'), 'deep');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xff, 0x0a])]), 'odd');
    for (let index = 0; index < 20; index += 1) writeFileSync(join(root, `a/${index}`), String(index));
    chmodSync(join(root, 'top'), 0o700);
    chmodSync(join(root, 'a/b'), 0o711);
    symlinkSync('top', join(root, 'link'));
  };
  const same = (left: string, right: string) => execFileSync('diff', ['-r', left, right, '-x', 'link']).toString();

  it.each(['up', 'down'] as const)('goes %s whole, with modes; what is there alike is not sent again, links stay behind by name', async (direction) => {
    const source = direction === 'up' ? here('tree-up') : there('tree-down');
    const target = direction === 'up' ? there('copied-up') : here('copied-down');
    build(source);
    const first = await copy(direction, source, target);
    expect(cells(first)).toEqual(['done: 23 files, 100.0 KB · 1 left out'.replace('100.0 KB', byteTextOf(source))]);
    expect(same(source, target)).toBe('');
    expect(existsSync(join(target, 'link'))).toBe(false);
    expect(statSync(join(target, 'top')).mode & 0o777).toBe(0o700);
    expect(statSync(join(target, 'a/b')).mode & 0o777).toBe(0o711);
    const { entries } = await opened.operations.output(first.id, { afterSeq: -1, limit: 10 });
    expect(entries.map((entry) => entry.data).join('')).toContain('Left out, neither file nor directory: link');
    // The target is there now, so that the next copy goes into it.
    const [again] = cells(await copy(direction, source, target));
    expect(again).toMatch(/^done: 23 files/);
    expect(existsSync(join(target, direction === 'up' ? 'tree-up' : 'tree-down', 'top'))).toBe(true);
    rmSync(join(target, direction === 'up' ? 'tree-up' : 'tree-down', 'top'));
    writeFileSync(join(target, direction === 'up' ? 'tree-up' : 'tree-down', 'a/3'), 'X');
    const [third] = cells(await copy(direction, source, target));
    expect(third).toContain('21 were there already');
    expect(same(source, join(target, direction === 'up' ? 'tree-up' : 'tree-down'))).toBe('');
    expect(parts(target)).toEqual([]);
  });

  function byteTextOf(root: string): string {
    const bytes = Number(
      execFileSync('find', [root, '-type', 'f', '-printf', '%s\n'])
        .toString()
        .split('\n')
        .reduce((sum, size) => sum + Number(size), 0),
    );
    return `${(bytes / 1000).toFixed(0)} KB`;
  }
});

describe('a copy that is disturbed', () => {
  it.each(['up', 'down'] as const)('goes on %s in the next life of the core from what the earlier one left', async (direction) => {
    const [source, target] = direction === 'up' ? [here('life'), there('life-copy')] : [there('life-source'), here('life-copy')];
    const bytes = randomBytes(40 * megabyte);
    writeFileSync(source, bytes);
    const { id } = await start(direction, source, target);
    await reaches(16 * megabyte);
    await opened.stop();
    expect(existsSync(target)).toBe(false);
    opened = await openTestFiles(targets(), opened.directory);
    const ended = await opened.operations.finished(id);
    expect(cells(ended)).toEqual([expect.stringMatching(/resumed once$/)]);
    expect(Buffer.compare(readFileSync(target), bytes)).toBe(0);
    expect([...parts(local), ...parts(sshd.directory)]).toEqual([]);
  });

  it('says that it was cut off, and goes on by itself', async () => {
    writeFileSync(here('cut'), randomBytes(32 * megabyte));
    const phases = new Set<string>();
    const stop = opened.files.transfers.subscribe((key) => phases.add(opened.files.transfers.get(key)?.phase ?? 'gone'));
    const { id } = await start('up', here('cut'), there('cut-copy'));
    for (const bytes of [6 * megabyte, 16 * megabyte]) {
      await reaches(bytes);
      proxy.reset();
    }
    const ended = await opened.operations.finished(id);
    stop();
    expect(cells(ended)).toEqual([expect.stringMatching(/^done: 33\.6 MB · sha256 [0-9a-f]{12}…/)]);
    expect([...phases].sort()).toEqual(['compare', 'gone', 'interrupted', 'send', 'verify']);
    expect(Buffer.compare(readFileSync(here('cut')), readFileSync(there('cut-copy')))).toBe(0);
  });

  it.each(['up', 'down'] as const)('leaves nothing behind where it is cancelled on its way %s', async (direction) => {
    const [source, target] = direction === 'up' ? [here('big'), there('big-copy')] : [there('big-source'), here('big-copy')];
    writeFileSync(source, randomBytes(64 * megabyte));
    writeFileSync(target, 'before');
    const { id } = await start(direction, source, target);
    await reaches(8 * megabyte);
    await opened.operations.cancel(id);
    expect((await opened.operations.finished(id)).state).toBe('cancelled');
    expect(readFileSync(target, 'utf8')).toBe('before');
    expect([...parts(local), ...parts(sshd.directory)]).toEqual([]);
    expect(opened.files.transfers.values()).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('a disk with too little room (a file system of 4 MB; needs root)', () => {
  let small: string;
  beforeAll(() => {
    small = mkdtempSync(join(tmpdir(), 'ph-small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', small]);
  });
  afterAll(() => {
    execFileSync('umount', [small]);
    rmSync(small, { recursive: true });
  });

  it.each(['up', 'down'] as const)('is named before anything is written %s, with what is needed and free', async (direction) => {
    const source = direction === 'up' ? here('eight') : there('eight');
    writeFileSync(source, randomBytes(8 * megabyte));
    const ended = await copy(direction, source, join(small, 'copy'));
    const code = direction === 'up' ? 'remote.disk-full' : 'local.no-room';
    expect(ended.cells[0]?.error).toMatchObject({ code, data: { neededBytes: 8 * megabyte, freeBytes: 4 * megabyte } });
    expect(readdirSync(small)).toEqual([]);
    mkdirSync(`${source}-tree`);
    writeFileSync(join(`${source}-tree`, 'a'), randomBytes(3 * megabyte));
    writeFileSync(join(`${source}-tree`, 'b'), randomBytes(3 * megabyte));
    expect(cells(await copy(direction, `${source}-tree`, join(small, 'tree')))).toEqual([code]);
    expect(parts(small)).toEqual([]);
    rmSync(join(small, 'tree'), { recursive: true, force: true });
  });

  it.each(['up', 'down'] as const)('that fills up in the middle of a copy %s is named too, and nothing is left', async (direction) => {
    const source = direction === 'up' ? here('three') : there('three');
    writeFileSync(source, randomBytes(3.5 * megabyte));
    // There is room when the copy looks; what takes it comes before the first byte.
    const stop = opened.files.transfers.subscribe((key) => {
      if (opened.files.transfers.get(key)?.phase === 'send' && !existsSync(join(small, 'other')))
        writeFileSync(join(small, 'other'), randomBytes(2 * megabyte));
    });
    const ended = await copy(direction, source, join(small, 'copy'));
    stop();
    expect(cells(ended)).toEqual([direction === 'up' ? 'remote.disk-full' : 'local.no-room']);
    expect(readdirSync(small)).toEqual(['other']);
    rmSync(join(small, 'other'));
  });
});
