import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { feedScript } from './restoreScripts.ts';
import { checkScript, commitScript, keepScript, listScript, prepareScript } from './setScripts.ts';
import { runScript, scratchDirectory, shells } from './testScripts.ts';

const set = '20260102T030405Z-abcd1234';
const data = Array.from({ length: 40_000 }, (_, line) => `row ${line} of the table\n`).join('');
const sha = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

describe.each(shells)('a part that is kept, in $name', ({ words }) => {
  const setUp = () => {
    const { directory, sets } = scratchDirectory();
    made.push(directory);
    mkdirSync(join(directory, 'bin'));
    writeFileSync(join(directory, 'data'), data);
    const env = { PH_SETS: sets, PH_SET: set, PH_FILE: 'db.dump.gz', DATA: join(directory, 'data') };
    // The shell of busybox has programs of its own, which go before those of the path; functions go before both.
    let functions = '';
    const run = (script: string, more: Record<string, string> = {}) => runScript(words, `${functions}${script}`, { ...env, ...more }, directory);
    expect(run(prepareScript)).toMatchObject({ code: 0, out: expect.stringMatching(/^free \d+$/m) });
    /** A program of this name that fails in its way, before those of the system. */
    const stub = (name: string, body: string) => {
      writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(directory, 'bin', name), 0o755);
      functions += `${name}() { "${join(directory, 'bin', name)}" "$@"; }\n`;
    };
    return { directory, sets, run, stub, file: join(sets, `.new-${set}`, 'db.dump.gz') };
  };
  const dump = 'dump() { cat "$DATA"; }';

  test('holds the data, packed, with checksums of both', () => {
    const { run, file } = setUp();
    const { code, out, err } = run(keepScript(dump));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const bytes = readFileSync(file);
    expect(out.trim()).toBe(`ph-part ${bytes.length} ${data.length} ${sha(bytes)} ${sha(data)}`);
    expect(spawnSync('gzip', ['-dc', file], { encoding: 'utf8', maxBuffer: 1e8 }).stdout).toBe(data);
  });

  test('is sealed where that is asked for, and opens by the passphrase alone', () => {
    const { run, file, directory, sets } = setUp();
    const { code, out } = run(keepScript(dump), { PH_SEAL: '1' });
    expect(code).toBe(0);
    expect(readFileSync(file).subarray(0, 8).toString()).toBe('Salted__');
    const [, bytes, raw, sum, rawSum] = out.trim().split(' ');
    run(commitScript, { PH_FILES: 'db.dump.gz' });
    const look = { PH_PARTS: `db.dump.gz ${bytes} ${sum} ${raw} ${rawSum}`, PH_DEEP: '1', PH_SEAL: '1' };
    expect(run(checkScript, look)).toMatchObject({ code: 0, out: 'part db.dump.gz ok\n' });
    writeFileSync(join(directory, 'secrets/passphrase'), 'another');
    expect(run(checkScript, look)).toMatchObject({ code: 0, out: 'part db.dump.gz cannot be read\n' });
    expect(existsSync(join(sets, set))).toBe(true);
  });

  test.each([
    ['the dump dies half-way', 'dump() { head -c 300000 "$DATA"; return 3; }', null, 'dump=3'],
    ['the dump is killed', `dump() { head -c 300000 "$DATA"; sh -c 'kill -9 $$'; }`, null, 'dump=137'],
    ['the whole shell of the dump is killed', `dump() { head -c 300000 "$DATA"; sh -c 'kill -9 $PPID'; }`, null, 'dump=killed'],
    ['gzip is killed', dump, ['gzip', '[ "$1" = -dc ] && exec /bin/gzip "$@"; head -c 1000 | /bin/gzip -c; kill -9 $$'], 'gzip=137'],
    ['gzip ends early and well', dump, ['gzip', '[ "$1" = -dc ] && exec /bin/gzip "$@"; head -c 1000 | /bin/gzip -c'], 'copy='],
    ['sealing fails', dump, ['openssl', 'head -c 1000; exit 1'], 'seal=1'],
    ['the disk is full', dump, ['dd', 'head -c 1000 >/dev/null; echo "dd: No space left on device" >&2; exit 1'], 'write=1'],
    ['the copy that is hashed dies', dump, ['tee', 'head -c 1000; kill -9 $$'], 'copy=137'],
  ] as const)('fails and leaves nothing where %s', (_how, body, program, said) => {
    const { run, stub, file } = setUp();
    if (program !== null) stub(program[0], program[1]);
    const { code, err } = run(keepScript(body), { PH_SEAL: said.startsWith('seal') ? '1' : '' });
    expect(code).toBe(70);
    expect(err).toContain('ph-failed');
    expect(err).toContain(said);
    expect(existsSync(file)).toBe(false);
  });

  test('fails where what lies on the disk is not what was written', () => {
    const { run, stub, file } = setUp();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell reads it
    stub('dd', 'out=${1#of=}; cat >"$out"; printf X >>"$out.tmp"; /bin/dd if=/dev/zero of="$out" bs=1 count=20 seek=100 conv=notrunc 2>/dev/null');
    const { code, err } = run(keepScript(dump));
    expect(code).toBe(71);
    expect(err).toContain('ph-failed');
    expect(existsSync(file)).toBe(false);
  });

  test('fails where the data begins otherwise than it has to', () => {
    const { run } = setUp();
    expect(run(keepScript(dump), { PH_MAGIC: 'PGDMP' })).toMatchObject({ code: 71, err: expect.stringContaining('does not begin with PGDMP') });
    expect(run(keepScript(dump), { PH_MAGIC: 'row' }).code).toBe(0);
  });

  test('is looked at: missing, cut, changed and whole files are told apart, and what is damaged is not fed to anything', () => {
    const { run, file, sets, stub, directory } = setUp();
    const [, bytes, raw, sum, rawSum] = run(keepScript(dump)).out.trim().split(' ');
    expect(run(commitScript, { PH_FILES: 'db.dump.gz' }).code).toBe(0);
    expect(existsSync(file)).toBe(false);
    const look = (deep = '1') => run(checkScript, { PH_PARTS: `db.dump.gz ${bytes} ${sum} ${raw} ${rawSum}`, PH_DEEP: deep }).out.trim();
    expect(look()).toBe('part db.dump.gz ok');
    stub('docker', 'shift 3; exec "$@"');
    const fed = join(directory, 'fed');
    const feed = { PH_FROM: set, PH_SHA: sum ?? '', PH_CONTAINER: 'c', PH_COMMAND: `cat >${fed}`, PH_FORM: 'stream' };
    expect(run(feedScript, feed).code).toBe(0);
    expect(readFileSync(fed, 'utf8')).toBe(data);
    expect(run(feedScript, { ...feed, PH_COMMAND: 'head -c 5 >/dev/null; exit 4' })).toMatchObject({ code: 70, err: expect.stringContaining('feed=4') });
    const whole = join(sets, set, 'db.dump.gz');
    const good = readFileSync(whole);
    rmSync(fed);
    const changed = Buffer.from(good);
    changed[1000] = (changed[1000] ?? 0) ^ 1;
    writeFileSync(whole, changed);
    expect(look('')).toBe('part db.dump.gz its checksum is another');
    expect(run(feedScript, feed).code).toBe(71);
    expect(existsSync(fed)).toBe(false);
    writeFileSync(whole, good.subarray(0, 2000));
    expect(look()).toBe(`part db.dump.gz 2000 bytes in place of ${bytes}`);
    rmSync(whole);
    expect(look()).toBe('part db.dump.gz missing');
  });

  test('a set is there under its name only when it is whole', () => {
    const { run, sets } = setUp();
    run(keepScript(dump));
    expect(run(listScript).out).toBe(`rest .new-${set}\n`);
    expect(run(commitScript, { PH_FILES: 'db.dump.gz\nother.gz' })).toMatchObject({ code: 72 });
    expect(readdirSync(sets)).not.toContain(set);
    writeFileSync(join(sets, `.new-${set}`, 'manifest.json'), '{"format":1}\n');
    expect(run(commitScript, { PH_FILES: 'db.dump.gz\nmanifest.json' }).code).toBe(0);
    expect(run(commitScript, { PH_FILES: 'db.dump.gz\nmanifest.json' }).code).toBe(0);
    expect(run(listScript).out).toBe(`set ${set} {"format":1}\n`);
  });
});
