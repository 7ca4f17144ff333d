import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { type ProjectRecord, projectRecordSchema } from './projectRecord.ts';

/** A person's own projects in the data directory: `<id>/project.json`, with what is too large for it in `<id>/blobs/<sha256>`. */
export interface ProjectStore {
  ids(): Promise<string[]>;
  /** Null: there is none of this name. Throws `stack.definition-invalid` for a damaged record. */
  get(id: string): Promise<ProjectRecord | null>;
  /** Keeps a project. Blobs that neither it nor the record before names are removed. */
  put(record: ProjectRecord, blobs: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Bytes of a file. Throws `local.file-unreadable` where they are gone or damaged. */
  blob(id: string, sha256: string): Promise<Uint8Array>;
  /** The same, of whichever project has it. */
  find(sha256: string): Promise<Uint8Array>;
  remove(id: string): Promise<void>;
}

/** Opens the store; the directory is made when it is first needed. */
export function openProjectStore(directory: string): ProjectStore {
  const fileOf = (id: string) => join(directory, id, 'project.json');
  const get = async (id: string): Promise<ProjectRecord | null> => {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) return null;
    const text = await readFile(fileOf(id), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new AppError('local.file-unreadable', { path: fileOf(id), reason: error.code ?? 'it cannot be read' });
    });
    if (text === null) return null;
    try {
      return projectRecordSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new AppError('stack.definition-invalid', { source: fileOf(id), issues: ['it is not what Pilothouse wrote'] }, { cause });
    }
  };
  const idsOf = async () => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    const found = await Promise.all(
      entries.filter((entry) => entry.isDirectory()).map(async ({ name }) => ((await get(name).catch(() => null)) === null ? [] : [name])),
    );
    return found.flat().sort();
  };
  const blob: ProjectStore['blob'] = async (id, sha256) => {
    const path = join(directory, id, 'blobs', sha256);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new AppError('local.file-unreadable', { path, reason: error.code ?? 'it cannot be read' });
    });
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new AppError('local.file-unreadable', { path, reason: 'it is damaged' });
    return bytes;
  };
  return {
    ids: idsOf,
    get,
    blob,
    async find(sha256) {
      for (const id of await idsOf()) if ((await get(id))?.files.some((file) => file.blob === sha256) === true) return blob(id, sha256);
      throw new AppError('local.file-unreadable', { path: join(directory, sha256), reason: 'no project has it any longer: deploy anew' });
    },
    async put(record, blobs) {
      const folder = join(directory, record.id);
      const before = await get(record.id);
      await mkdir(join(folder, 'blobs'), { recursive: true, mode: 0o700 });
      for (const [name, bytes] of blobs) await writeFile(join(folder, 'blobs', name), bytes, { mode: 0o600 });
      const draft = join(folder, '.project.json');
      await writeFile(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
      await rename(draft, fileOf(record.id));
      const used = new Set([...record.files, ...(before?.files ?? [])].flatMap(({ blob }) => blob ?? []));
      for (const name of await readdir(join(folder, 'blobs'))) if (!used.has(name)) await rm(join(folder, 'blobs', name));
    },
    remove: (id) => rm(join(directory, id), { recursive: true, force: true }),
  };
}
