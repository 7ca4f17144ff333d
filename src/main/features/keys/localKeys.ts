import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { LocalKey } from '../../../shared/model/sshKey.ts';
import { type KeyFileFacts, lookAtKeyFile } from '../../remote/keyFile.ts';
import { expandHome } from '../../remote/privateKey.ts';
import { makeLockedSshKeyPair, makeSshKeyPair } from '../../remote/sshKeyPair.ts';

/** What keys of this computer need to know. */
export interface LocalKeysPorts {
  /** Where keys are made. */
  directory: string;
  /** Key files that servers are logged in to with, and their names. */
  inUse(): { path: string; server: string }[];
}

/** Keys on this computer: those in the directory, and those that the inventory names. */
export class LocalKeys {
  readonly #ports: LocalKeysPorts;

  constructor(ports: LocalKeysPorts) {
    this.#ports = ports;
  }

  /** By name; files that cannot be read as keys are left out. */
  async list(): Promise<LocalKey[]> {
    const { directory } = this.#ports;
    const files = await readdir(directory).catch(() => []);
    const own = files.filter((file) => file.endsWith('.pub') && !file.endsWith('-cert.pub')).map((file) => join(directory, file.slice(0, -4)));
    const used = this.#ports.inUse().map(({ path }) => expandHome(path));
    const keys = await Promise.all([...new Set([...own, ...used])].map((path) => this.#look(path)));
    return keys.filter((key) => key !== null).sort((one, other) => one.name.localeCompare(other.name) || one.path.localeCompare(other.path));
  }

  /** By name or by path. Throws `key.not-found`. */
  async find(key: string): Promise<LocalKey> {
    const keys = await this.list();
    const found = keys.find(({ name, own }) => own && name === key) ?? keys.find(({ name, path }) => name === key || path === expandHome(key));
    const outside = found === undefined && isAbsolute(expandHome(key)) ? await this.#look(expandHome(key)) : found;
    if (outside === undefined || outside === null) throw new AppError('key.not-found', { key });
    return outside;
  }

  /** Makes a key, readable by nobody else. Throws `key.exists`, `key.unusable` for a path that cannot be written. */
  async generate(request: { name: string; path?: string | undefined; comment?: string | undefined; passphrase?: string | undefined }): Promise<LocalKey> {
    const path = request.path === undefined ? join(this.#ports.directory, request.name) : expandHome(request.path);
    if (!isAbsolute(path)) throw new AppError('key.unusable', { path, reason: 'is not a whole path' });
    const comment = request.comment ?? request.name;
    const pair = request.passphrase === undefined ? makeSshKeyPair(comment) : makeLockedSshKeyPair(comment, request.passphrase);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await create(path, pair.private, 0o600);
    await create(`${path}.pub`, `${pair.public.trim()}\n`, 0o644);
    return this.find(path);
  }

  async #look(path: string): Promise<LocalKey | null> {
    const facts: KeyFileFacts | null = await lookAtKeyFile(path);
    if (facts === null) return null;
    const own = dirname(resolve(path)) === resolve(this.#ports.directory);
    const usedBy = this.#ports.inUse().filter((use) => expandHome(use.path) === path);
    return { ...facts, name: path.slice(path.lastIndexOf('/') + 1), path, own, usedBy: [...new Set(usedBy.map(({ server }) => server))].sort() };
  }
}

async function create(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new AppError('key.exists', { path }, { cause: error });
    throw new AppError('key.unusable', { path, reason: `cannot be written (${code ?? 'unknown'})` }, { cause: error });
  }
}
