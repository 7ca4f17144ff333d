import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestTextBytes } from '../../../shared/contract/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { remoteVariants, startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { newRequest, openTestFiles, type TestFiles } from './testFiles.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (error instanceof AppError) return error;
  throw error;
}

describe.each(remoteVariants)('files of a server under $name', ({ options }) => {
  let sshd: TestSshd;
  let opened: TestFiles;
  let server: string;
  const there = (name: string) => join(sshd.directory, name);
  const at = (name: string, more: object = {}) => ({ requestId: newRequest(), server, path: there(name), sudo: false, ...more });

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    const target = sshd.target({ name: 'box' });
    server = target.name;
    opened = await openTestFiles([target]);
  });
  afterAll(async () => {
    await opened.remove();
    await sshd.stop();
  });

  it('are listed with what is known of each, whatever their names', async () => {
    mkdirSync(there('list/inner'), { recursive: true });
    writeFileSync(there('list/plain'), 'twelve bytes', { mode: 0o640 });
    chmodSync(there('list/plain'), 0o640);
    symlinkSync('inner', there('list/to-directory'));
    symlinkSync('nowhere', there('list/dangling'));
    const hostile = Buffer.concat([Buffer.from(`${there('list')}/`), Buffer.from([0xff, 0x0a, 0x1b, 0x5b, 0x32, 0x4a, 0x27, 0x22, 0x24, 0x20])]);
    writeFileSync(hostile, '');
    writeFileSync(there('list/-rf'), '');
    const { path, entries, total } = await opened.files.list(at('list'));
    expect(path).toBe(there('list'));
    expect(total).toBe(6);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    expect([...byName.keys()].sort()).toEqual(['-rf', 'dangling', 'inner', 'plain', 'to-directory', '\udcff\n\u001b[2J\'"$ '].sort());
    const owner = execFileSync('id', ['-un']).toString().trim();
    expect(byName.get('plain')).toMatchObject({ type: 'file', sizeBytes: 12, mode: 0o640, owner, link: null });
    expect(Math.abs((byName.get('plain')?.mtimeMs ?? 0) - statSync(there('list/plain')).mtimeMs)).toBeLessThan(1000);
    expect(byName.get('to-directory')?.link).toEqual({ text: 'inner', leadsTo: 'directory' });
    expect(byName.get('dangling')?.link).toEqual({ text: 'nowhere', leadsTo: 'nothing' });
    expect(byName.get('inner')?.type).toBe('directory');
  });

  it('are listed by the thousand', async () => {
    mkdirSync(there('many'));
    for (let index = 0; index < 3000; index += 1) writeFileSync(there(`many/file-${index}`), '');
    expect((await opened.files.list(at('many'))).entries).toHaveLength(3000);
  });

  it('say what keeps them from being listed or read', async () => {
    writeFileSync(there('file'), 'text');
    expect((await failure(opened.files.list(at('none')))).code).toBe('file.not-found');
    expect((await failure(opened.files.list(at('file')))).code).toBe('file.not-directory');
    expect((await failure(opened.files.list({ ...at('file'), server: 'nobody' }))).code).toBe('server.not-found');
    expect((await failure(opened.files.read(at('none')))).code).toBe('file.not-found');
    expect((await failure(opened.files.read(at('list')))).code).toBe('file.is-directory');
    writeFileSync(there('large'), Buffer.alloc(largestTextBytes + 1, 'a'));
    const large = await failure(opened.files.read(at('large')));
    expect(AppError.is(large, 'file.too-large') && large.data).toMatchObject({ sizeBytes: largestTextBytes + 1 });
    writeFileSync(there('binary'), Buffer.from([0, 1, 2, 255]));
    expect((await failure(opened.files.read(at('binary')))).code).toBe('file.not-text');
    execFileSync('mkfifo', [there('pipe')]);
    expect((await failure(opened.files.read(at('pipe')))).code).toBe('file.not-regular');
  });

  it('are read and saved with encoding, line ends, last line, mode and owner kept, and the former version beside them', async () => {
    const before = Buffer.from('gr\u00fc\u00dfe\r\nzweite Zeile', 'latin1');
    writeFileSync(there('text'), before, { mode: 0o604 });
    chmodSync(there('text'), 0o604);
    const read = await opened.files.read(at('text'));
    expect(read).toMatchObject({ path: there('text'), text: 'grüße\nzweite Zeile', form: { encoding: 'latin1', lineEnds: 'crlf' }, mode: 0o604 });
    const request = { ...at('text'), base: read.sha256, text: 'grüße\nanders\n', form: read.form };
    const { file, backup } = await opened.files.save(request);
    expect(readFileSync(there('text'))).toEqual(Buffer.from('gr\u00fc\u00dfe\r\nanders\r\n', 'latin1'));
    expect(statSync(there('text')).mode & 0o7777).toBe(0o604);
    expect(backup).toMatch(/^text\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.bak$/);
    expect(readFileSync(there(backup ?? ''))).toEqual(before);
    expect(statSync(there(backup ?? '')).mode & 0o7777).toBe(0o604);
    expect(file.sha256).toBe((await opened.files.read(at('text'))).sha256);
    // The same request again is answered alike and saves nothing twice.
    expect(await opened.files.save(request)).toEqual({ file, backup });
    expect(readdirSync(sshd.directory).filter((name) => name.startsWith('text.'))).toHaveLength(1);
    expect(readdirSync(sshd.directory).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('are not saved over what somebody else wrote meanwhile, nor over what is there where nothing should be', async () => {
    writeFileSync(there('shared'), 'one\n');
    const read = await opened.files.read(at('shared'));
    writeFileSync(there('shared'), 'theirs\n');
    const change = { ...at('shared'), base: read.sha256, text: 'mine\n', form: read.form };
    expect((await failure(opened.files.save(change))).code).toBe('file.changed-underneath');
    expect(readFileSync(there('shared'), 'utf8')).toBe('theirs\n');
    execFileSync('rm', [there('shared')]);
    expect((await failure(opened.files.save({ ...change, ...at('shared') }))).code).toBe('file.changed-underneath');
    const fresh = { ...at('fresh'), base: null, text: 'new\n', form: read.form };
    expect((await opened.files.save(fresh)).backup).toBeNull();
    expect((await failure(opened.files.save({ ...fresh, ...at('fresh') }))).code).toBe('file.exists');
    expect((await failure(opened.files.save({ ...fresh, ...at('none/fresh') }))).code).toBe('file.not-found');
    expect(readFileSync(there('fresh'), 'utf8')).toBe('new\n');
  });

  it('are saved through a link, which stays', async () => {
    writeFileSync(there('real'), 'a\n');
    symlinkSync('real', there('link'));
    const read = await opened.files.read(at('link'));
    expect(read.path).toBe(there('real'));
    await opened.files.save({ ...at('link'), base: read.sha256, text: 'b\n', form: read.form });
    expect(lstatSync(there('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(there('real'), 'utf8')).toBe('b\n');
  });

  it('are made, renamed and removed, and nothing is run over', async () => {
    await opened.files.makeDirectory(at('made'));
    expect(statSync(there('made')).isDirectory()).toBe(true);
    expect((await failure(opened.files.makeDirectory(at('made')))).code).toBe('file.exists');
    expect((await failure(opened.files.makeDirectory(at('none/made')))).code).toBe('file.not-found');
    writeFileSync(there('made/-a "b"\n'), 'x');
    writeFileSync(there('made/other'), 'y');
    expect((await failure(opened.files.rename({ ...at('made/-a "b"\n'), name: 'other' }))).code).toBe('file.exists');
    await opened.files.rename({ ...at('made/-a "b"\n'), name: '$(touch x)' });
    expect(readdirSync(there('made')).sort()).toEqual(['$(touch x)', 'other']);
    const removal = await opened.files.remove({ ...at('made'), names: ['$(touch x)'] });
    expect((await opened.operations.finished(removal.id)).state).toBe('succeeded');
    expect(readdirSync(there('made'))).toEqual(['other']);
    const whole = await opened.files.remove({ requestId: newRequest(), server, path: sshd.directory, sudo: false, names: ['made'] });
    expect((await opened.operations.finished(whole.id)).state).toBe('succeeded');
    expect(existsSync(there('made'))).toBe(false);
  });
});

describe('files of a production server', () => {
  it('are changed once its name is given', async () => {
    const sshd = await startTestSshd();
    const opened = await openTestFiles([sshd.target({ name: 'prod-1' })]);
    try {
      writeFileSync(join(sshd.directory, 'f'), 'x');
      const at = () => ({ requestId: newRequest(), server: 'prod-1', path: join(sshd.directory, 'f'), sudo: false });
      const read = await opened.files.read(at());
      const save = { base: read.sha256, text: 'y', form: read.form };
      const remove = () => ({ ...at(), path: sshd.directory, names: ['f'] });
      const copy = {
        requestId: newRequest(),
        selector: 'prod-1',
        direction: 'up' as const,
        local: join(sshd.directory, 'f'),
        remote: '/tmp/never',
        sudo: false,
      };
      for (const refused of [
        opened.files.save({ ...at(), ...save }),
        opened.files.rename({ ...at(), name: 'g' }),
        opened.files.makeDirectory({ ...at(), path: join(sshd.directory, 'new') }),
        opened.files.remove(remove()),
        opened.files.copy(copy),
      ]) {
        expect((await failure(refused)).code).toBe('guard.confirmation-needed');
      }
      expect(readFileSync(join(sshd.directory, 'f'), 'utf8')).toBe('x');
      await opened.files.save({ ...at(), ...save, confirm: 'prod-1' });
      const { id } = await opened.files.remove({ ...remove(), confirm: 'prod-1' });
      expect((await opened.operations.finished(id)).state).toBe('succeeded');
      expect(existsSync(join(sshd.directory, 'f'))).toBe(false);
    } finally {
      await opened.remove();
      await sshd.stop();
    }
  });
});
