import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { pathFromBytes } from '../../../shared/model/remotePath.ts';
import { startTestChaosProxy, type TestChaosProxy } from '../testChaosProxy.ts';
import { openTestRemote, type TestRemote } from '../testRemote.ts';
import { remoteVariants, startTestSshd, type TestSshd } from '../testSshd.ts';
import { downloadFile } from './downloadFile.ts';
import { sha256OfFile } from './localFile.ts';
import { discardPart, type FileTransfer, type TransferServer, uploadFile } from './uploadFile.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (error instanceof AppError) return error;
  throw error;
}

const megabyte = 1024 * 1024;
const part = '.pilothouse-test.part';

describe.each(remoteVariants)('copying files under $name', ({ options }) => {
  let sshd: TestSshd;
  let proxy: TestChaosProxy;
  let test: TestRemote;
  let server: TransferServer;
  let local: string;
  const there = (name: string) => join(sshd.directory, name);
  const here = (name: string) => join(local, name);
  const transfer = (name: string, more: Partial<FileTransfer> = {}): FileTransfer => ({
    ...{ localPath: here(name), remotePath: there(name), part, sudo: false },
    ...more,
  });

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    proxy = await startTestChaosProxy(sshd.port);
    const target = sshd.target({ host: '127.0.0.1', port: proxy.port });
    test = openTestRemote([target]);
    server = { remote: test.server(target), name: target.name };
    local = mkdtempSync(join(tmpdir(), 'ph-transfer-'));
  });
  afterEach(() => {
    proxy.refuse(false);
    proxy.freeze(false);
  });
  afterAll(async () => {
    await test.remote.close();
    await proxy.stop();
    await sshd.stop();
    rmSync(local, { recursive: true, force: true });
  });

  it.each([0, 1, 70_000, 5 * megabyte + 3])('brings a file of %i bytes there and back with its mode, over what was there', async (size) => {
    const name = `size ${size} "$x"`;
    writeFileSync(here(name), randomBytes(size), { mode: 0o751 });
    chmodSync(here(name), 0o751);
    writeFileSync(there(name), 'before');
    const up = await uploadFile(server, transfer(name));
    expect(up).toEqual({ bytes: size, sha256: await sha256OfFile(here(name)), resumes: 0 });
    expect(statSync(there(name)).mode & 0o7777).toBe(0o751);
    expect(Buffer.compare(readFileSync(there(name)), readFileSync(here(name)))).toBe(0);
    const down = await downloadFile(server, transfer(name, { localPath: here('back') }));
    expect(down).toEqual(up);
    expect(statSync(here('back')).mode & 0o7777).toBe(0o751);
    expect(await sha256OfFile(here('back'))).toBe(up.sha256);
    expect(readdirSync(sshd.directory).filter((entry) => entry.endsWith('.part'))).toEqual([]);
    expect(readdirSync(local).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  });

  it('copies by names of any bytes, and below the home for a path that is not from the root', async () => {
    writeFileSync(here('plain'), 'content');
    const name = pathFromBytes(Buffer.from([0x2d, 0xff, 0x0a, 0x1b, 0x5b, 0x27, 0x24, 0x28, 0x20]));
    await uploadFile(server, transfer('plain', { remotePath: there(name) }));
    await downloadFile(server, transfer('plain', { localPath: here('again'), remotePath: there(name) }));
    expect(readFileSync(here('again'), 'utf8')).toBe('content');
    await uploadFile(server, transfer('plain', { remotePath: '-below' }));
    expect(readFileSync(there('-below'), 'utf8')).toBe('content');
  });

  it.each(['up', 'down'] as const)('resumes %s from the proved offset however often the connection is cut, byte for byte', async (direction) => {
    const name = `cut-${direction}`;
    const bytes = randomBytes(24 * megabyte);
    writeFileSync(direction === 'up' ? here(name) : there(name), bytes);
    let cuts = 0;
    const sent: number[] = [];
    // Each cut comes only once the copy has got further than at the one before.
    const onProgress = (done: number) => {
      sent.push(done);
      if (cuts < 5 && done > (cuts + 1) * 4 * megabyte) {
        cuts += 1;
        proxy.reset();
      }
    };
    const done = await (direction === 'up' ? uploadFile : downloadFile)(server, transfer(name, { onProgress }));
    expect(cuts).toBe(5);
    expect(done.resumes).toBeGreaterThan(0);
    expect(done.bytes).toBe(bytes.length);
    expect(Buffer.compare(readFileSync(direction === 'up' ? there(name) : here(name)), bytes)).toBe(0);
    expect(existsSync(direction === 'up' ? there(part) : here(part))).toBe(false);
  });

  it.each(['up', 'down'] as const)('does not build %s on a part that is not a beginning of the file', async (direction) => {
    const name = `garbage-${direction}`;
    const bytes = randomBytes(3 * megabyte);
    const garbage = randomBytes(2 * megabyte);
    writeFileSync(direction === 'up' ? here(name) : there(name), bytes);
    writeFileSync(direction === 'up' ? there(part) : here(part), garbage);
    const done = await (direction === 'up' ? uploadFile : downloadFile)(server, transfer(name));
    expect(done.resumes).toBe(0);
    expect(Buffer.compare(readFileSync(direction === 'up' ? there(name) : here(name)), bytes)).toBe(0);
  });

  it.each(['up', 'down'] as const)('takes %s up again from a part that an earlier life left', async (direction) => {
    const name = `left-${direction}`;
    const bytes = randomBytes(6 * megabyte);
    writeFileSync(direction === 'up' ? here(name) : there(name), bytes);
    const stop = new AbortController();
    // What was handed over may still be on its way: what counts lies at the target.
    const arrived = () => statSync(direction === 'up' ? there(part) : here(part), { throwIfNoEntry: false })?.size ?? 0;
    const onProgress = () => {
      if (arrived() > 2 * megabyte) stop.abort(new AppError('core.stopping', {}));
    };
    const copy = direction === 'up' ? uploadFile : downloadFile;
    expect((await failure(copy(server, transfer(name, { signal: stop.signal, onProgress })))).code).toBe('core.stopping');
    expect(existsSync(direction === 'up' ? there(name) : here(name))).toBe(false);
    const from: number[] = [];
    const done = await copy(server, transfer(name, { onProgress: (at) => from.push(at) }));
    expect(done.resumes).toBe(1);
    expect(from[0]).toBeGreaterThan(0);
    expect(Buffer.compare(readFileSync(direction === 'up' ? there(name) : here(name)), bytes)).toBe(0);
  });

  it('says what stands in the way, and replaces nothing', async () => {
    writeFileSync(here('f'), 'new');
    mkdirSync(there('directory'), { recursive: true });
    mkdirSync(here('directory'), { recursive: true });
    const up = (more: Partial<FileTransfer>) => failure(uploadFile(server, transfer('f', more)));
    const down = (more: Partial<FileTransfer>) => failure(downloadFile(server, transfer('f', more)));
    expect((await up({ remotePath: there('none/f') })).code).toBe('file.not-found');
    expect((await up({ remotePath: there('directory') })).code).toBe('file.is-directory');
    expect((await up({ localPath: here('missing') })).code).toBe('local.file-unreadable');
    expect((await up({ localPath: here('directory') })).code).toBe('local.file-unreadable');
    expect((await up({ remotePath: '/proc/f' })).code).toMatch(/^(remote\.permission-denied|file\.not-found)$/);
    expect((await down({ remotePath: there('none') })).code).toBe('file.not-found');
    expect((await down({ remotePath: there('directory') })).code).toBe('file.is-directory');
    execFileSync('mkfifo', [there('pipe')]);
    expect((await down({ remotePath: there('pipe') })).code).toBe('file.not-regular');
    writeFileSync(there('f'), 'theirs');
    expect((await down({ localPath: here('directory') })).code).toBe('local.file-unwritable');
    expect((await down({ localPath: here('none/f') })).code).toBe('local.file-unwritable');
    expect(readFileSync(here('f'), 'utf8')).toBe('new');
    expect(readdirSync(local).filter((entry) => entry.endsWith('.part'))).toEqual([]);
    expect(readdirSync(sshd.directory).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  });

  it.each(['up', 'down'] as const)('throws %s away when the source changes meanwhile', async (direction) => {
    const name = `moving-${direction}`;
    const source = direction === 'up' ? here(name) : there(name);
    writeFileSync(source, randomBytes(8 * megabyte));
    writeFileSync(direction === 'up' ? there(name) : here(name), 'before');
    let changed = false;
    const onProgress = (done: number) => {
      if (changed || done < megabyte) return;
      changed = true;
      writeFileSync(source, randomBytes(9 * megabyte));
    };
    const error = await failure((direction === 'up' ? uploadFile : downloadFile)(server, transfer(name, { onProgress })));
    expect(error.code).toMatch(/^transfer\./);
    expect(readFileSync(direction === 'up' ? there(name) : here(name), 'utf8')).toBe('before');
    expect(existsSync(direction === 'up' ? there(part) : here(part))).toBe(false);
  });

  it('removes a part that is given up', async () => {
    writeFileSync(there(part), 'half');
    await discardPart(server, { remotePath: there('whatever'), part, sudo: false });
    expect(existsSync(there(part))).toBe(false);
  });
});
