import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackupManifest, backupManifestSchema } from '../../../shared/model/backup.ts';
import { computerPlace } from './computerPlace.ts';
import { sealIterations } from './scripts/pipeScript.ts';

const of = { serverName: 'db-1', stackId: 'shop' };
const data = Buffer.from('row\n'.repeat(50_000));
const passphrase = 'correct horse';
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'computer-place-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function seal(bytes: Buffer): Buffer {
  const words = ['enc', '-e', '-aes-256-cbc', '-md', 'sha256', '-pbkdf2', '-iter', String(sealIterations), '-salt', '-pass', 'stdin'];
  const result = spawnSync('sh', ['-c', `{ printf '%s\\n' "$PASS"; cat; } | openssl ${words.join(' ')}`], {
    input: bytes,
    env: { ...process.env, PASS: passphrase },
  });
  return result.stdout;
}

async function make(id: string, sealed: boolean): Promise<{ manifest: BackupManifest; file: string }> {
  const place = computerPlace({ kind: 'computer', path: root }, of);
  await place.prepare(sealed);
  const packed = gzipSync(data);
  const bytes = sealed ? seal(packed) : packed;
  const file = `db.dump.gz${sealed ? '.enc' : ''}`;
  const work = join(root, of.serverName, of.stackId, `.new-${id}`);
  await mkdir(work);
  await writeFile(join(work, file), bytes);
  const part = {
    service: 'db',
    title: 'db',
    image: null,
    file,
    bytes: bytes.length,
    rawBytes: data.length,
    sha256: sha(bytes),
    rawSha256: sha(data),
    counts: [],
    startedAtMs: 1,
    durationMs: 1,
  };
  const manifest = backupManifestSchema.parse({
    ...{ format: 1, id, kind: 'backup', ...of, title: 'Shop', serverId: 'srv_1', release: 'r1', stackVersion: 1, operationId: 'op', who: 'Ada' },
    ...{ startedAtMs: 1, finishedAtMs: 2, sealedBy: sealed ? 'key' : null, parts: [part], missing: [] },
  });
  await place.commit(manifest);
  return { manifest, file: join(root, of.serverName, of.stackId, id, file) };
}

test('a set on this computer is read through, sealed by OpenSSL or not, and damage is found', async () => {
  const place = computerPlace({ kind: 'computer', path: root }, of);
  const plain = await make('20260101T000000Z-aaaa', false);
  const sealed = await make('20260102T000000Z-bbbb', true);
  expect((await readFile(sealed.file)).subarray(0, 8).toString()).toBe('Salted__');
  expect(await place.check(plain.manifest, { deep: true, passphrase: null })).toEqual([]);
  expect(await place.check(sealed.manifest, { deep: true, passphrase })).toEqual([]);
  expect(await place.check(sealed.manifest, { deep: true, passphrase: 'another' })).toEqual(['db.dump.gz.enc: cannot be read']);
  expect((await place.list()).sets.map(({ id }) => id)).toEqual([plain.manifest.id, sealed.manifest.id]);
  const bytes = await readFile(plain.file);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  await writeFile(plain.file, bytes);
  expect(await place.check(plain.manifest, { deep: false, passphrase: null })).toEqual(['db.dump.gz: its checksum is another']);
});

test('only names of sets go, never through a link, never the last whole one, and nothing from a directory without the mark', async () => {
  const place = computerPlace({ kind: 'computer', path: root }, of);
  await make('20260103T000000Z-cccc', false);
  const ids = (await place.list()).sets.map(({ id }) => id);
  await expect(place.prune(ids)).rejects.toMatchObject({ code: 'backup.place-unusable' });
  await expect(place.prune(['../..'])).rejects.toMatchObject({ code: 'backup.place-unusable' });
  await symlink(root, join(root, of.serverName, of.stackId, '20260104T000000Z-dddd'));
  await expect(place.prune(['20260104T000000Z-dddd'])).rejects.toMatchObject({ code: 'backup.place-unusable' });
  expect(await place.prune([ids[0] ?? ''])).toEqual([ids[0]]);
  expect((await place.list()).sets.map(({ id }) => id)).toEqual(ids.slice(1));
  await writeFile(join(root, 'file'), '');
  await mkdir(join(root, 'other/shop'), { recursive: true });
  await writeFile(join(root, 'other/shop/precious'), '');
  const foreign = computerPlace({ kind: 'computer', path: root }, { serverName: 'other', stackId: 'shop' });
  await expect(foreign.prepare(false)).rejects.toMatchObject({ code: 'backup.place-unusable' });
  await expect(foreign.list()).rejects.toMatchObject({ code: 'backup.place-unusable' });
});
