import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import { type BackupManifest, type BackupPart, type BackupPlace, backupSetIdSchema } from '../../../shared/model/backup.ts';
import { manifestText, placeName } from './backupPorts.ts';
import { readManifest, type SetsOf, type SetsPlace } from './places.ts';
import { sealIterations } from './scripts/pipeScript.ts';
import { marker } from './scripts/setScripts.ts';

/** The directory of the sets on this computer. */
export function computerDirectory(place: Pick<BackupPlace, 'path'>, of: SetsOf): string {
  return join(place.path, of.serverName, of.stackId);
}

/** The sets at a place on this computer. */
export function computerPlace(place: Extract<BackupPlace, { kind: 'computer' }>, of: SetsOf): SetsPlace {
  const directory = computerDirectory(place, of);
  const unusable = (reason: string) => new AppError('backup.place-unusable', { place: placeName(place), reason });
  const own = async () => {
    const found = await lstat(directory).catch(() => null);
    if (found?.isSymbolicLink()) throw unusable(`${directory} is a link`);
    if (found === null || !found.isDirectory()) throw unusable(`${directory} is not there`);
    const mark = await lstat(join(directory, marker)).catch(() => null);
    if (mark === null || !mark.isFile()) throw unusable(`${directory} was not made for backups by Pilothouse`);
  };
  const manifestOf = async (id: string) => readManifest(await readFile(join(directory, id, 'manifest.json'), 'utf8').catch(() => ''));
  const setNames = async () => (await readdir(directory)).filter((name) => backupSetIdSchema.safeParse(name).success).sort();
  return {
    place,
    async prepare() {
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        if (!(await readdir(directory)).includes(marker)) {
          if ((await readdir(directory)).length > 0) throw unusable(`${directory} holds something else already`);
          await writeFile(join(directory, marker), '', { flag: 'wx' });
        }
        await own();
        const { bavail, bsize } = await statfs(directory);
        return bavail * bsize;
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw unusable((error as NodeJS.ErrnoException).code ?? String(error));
      }
    },
    async list() {
      if ((await lstat(directory).catch(() => null)) === null) return { sets: [], rests: [] };
      await own();
      const read = await Promise.all((await setNames()).map(async (id) => ({ id, manifest: await manifestOf(id) })));
      const news = (await readdir(directory)).filter((name) => name.startsWith('.new-'));
      return { sets: read.flatMap(({ manifest }) => manifest ?? []), rests: [...read.flatMap(({ id, manifest }) => (manifest === null ? [id] : [])), ...news] };
    },
    async check(manifest, { deep, passphrase }) {
      const problems: string[] = [];
      for (const part of manifest.parts) {
        const problem = await partProblem(join(directory, manifest.id, part.file), part, { deep, passphrase: manifest.sealedBy === null ? null : passphrase });
        if (problem !== null) problems.push(`${part.file}: ${problem}`);
      }
      return problems;
    },
    async prune(ids) {
      if (ids.length === 0) return [];
      await own();
      const names = await setNames();
      const stays = await Promise.all(names.filter((id) => !ids.includes(id)).map(manifestOf));
      if (!stays.some((manifest) => manifest !== null)) throw unusable('no whole set would be left');
      const gone: string[] = [];
      for (const id of ids) {
        if (!backupSetIdSchema.safeParse(id).success) throw unusable(`${id} is no name of a set`);
        const found = await lstat(join(directory, id)).catch(() => null);
        if (found === null) continue;
        if (!found.isDirectory()) throw unusable(`${id} is a link`);
        await rename(join(directory, id), join(directory, `.gone-${id}`));
        await rm(join(directory, `.gone-${id}`), { recursive: true, force: true });
        gone.push(id);
      }
      return gone;
    },
    async commit(manifest) {
      const work = join(directory, `.new-${manifest.id}`);
      if ((await manifestOf(manifest.id)) !== null) return;
      await writeFile(join(work, 'manifest.json'), manifestText(manifest), { mode: 0o600 });
      for (const name of [...manifest.parts.map(({ file }) => file), 'manifest.json']) await toDisk(join(work, name));
      await rename(work, join(directory, manifest.id));
      await toDisk(directory).catch(() => undefined);
    },
    clear: (id) => rm(join(directory, `.new-${id}`), { recursive: true, force: true }),
  };
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Why a file is not the part that its manifest tells of; null: it is. */
async function partProblem(
  path: string,
  part: BackupManifest['parts'][number],
  { deep, passphrase }: { deep: boolean; passphrase: string | null },
): Promise<string | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isFile()) return 'missing';
  if (found.size !== part.bytes) return `${found.size} bytes in place of ${part.bytes}`;
  if ((await hashOf(createReadStream(path))).sha256 !== part.sha256) return 'its checksum is another';
  if (!deep) return null;
  try {
    const { sha256, bytes } = await readThrough(path, part, passphrase);
    return sha256 === part.rawSha256 && bytes === part.rawBytes ? null : 'cannot be read';
  } catch {
    return 'cannot be read';
  }
}

/** The data of a part, unsealed and unpacked, as far as its checksum and size. */
async function readThrough(path: string, part: Pick<BackupPart, 'file'>, passphrase: string | null): Promise<{ sha256: string; bytes: number }> {
  const sealed = part.file.endsWith('.enc');
  if (sealed && passphrase === null) throw new Error('sealed, and the passphrase is not known');
  const file = createReadStream(path, sealed ? { start: 16 } : {});
  const unpack = createGunzip();
  const hashed = hashOf(unpack);
  await Promise.all([hashed, sealed && passphrase !== null ? pipeline(file, await opener(path, passphrase), unpack) : pipeline(file, unpack)]);
  return hashed;
}

/** OpenSSL's `enc` writes `Salted__`, eight bytes of salt, and the cipher text; key and vector come from the passphrase in one piece. */
async function opener(path: string, passphrase: string) {
  const file = await open(path, 'r');
  const head = Buffer.alloc(16);
  try {
    await file.read(head, 0, 16, 0);
  } finally {
    await file.close();
  }
  const derived = pbkdf2Sync(passphrase, head.subarray(8), sealIterations, 48, 'sha256');
  return createDecipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32));
}

async function hashOf(stream: Readable): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
