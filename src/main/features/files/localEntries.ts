import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { localError } from '../../remote/transfer/transferErrors.ts';

const mostEntries = 5000;

/** What is in a directory of this computer, directories first. Throws `local.file-unreadable`, `input.invalid` for a path that is not from the root. */
export async function localEntries(given: string, homeDirectory: string) {
  const path = given === '' ? homeDirectory : given;
  if (!isAbsolute(path)) throw new AppError('input.invalid', { issues: [{ path: 'path', message: 'a path of this computer is given from its root' }] });
  const directory = resolve(path);
  const names = await readdir(directory).catch((error: unknown) => {
    throw localError(error, directory, 'read');
  });
  const found = await Promise.all(
    names.slice(0, mostEntries).map(async (name) => {
      const facts = await stat(join(directory, name)).catch(() => null);
      return facts === null || !(facts.isDirectory() || facts.isFile()) ? [] : [{ name, directory: facts.isDirectory(), sizeBytes: facts.size }];
    }),
  );
  const entries = found.flat().sort((a, b) => Number(b.directory) - Number(a.directory) || a.name.localeCompare(b.name));
  const parent = dirname(directory);
  return { path: directory, parent: parent === directory ? null : parent, entries };
}
