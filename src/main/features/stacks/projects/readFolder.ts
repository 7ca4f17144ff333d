import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';

/** A file of a folder. `mode` has the bits of the kind where it is a symbolic link, whose target the bytes are. */
export interface FolderFile {
  /** With `/` between names, whatever this computer uses. */
  path: string;
  mode: number;
  bytes: Uint8Array;
}

/** Most that a project may have. */
export const projectLimits = { files: 5000, fileBytes: 32 * 1024 * 1024, totalBytes: 100 * 1024 * 1024, depth: 32 };

/** Bits of `st_mode` that say: a symbolic link. */
export const linkKind = 0o120000;

/**
 * Reads a folder with everything in it but `.git` and what `leaveOut` says. Links that stay inside are kept as links; one that leads out is
 * refused, as are sockets and devices, more than `projectLimits`, and what cannot be read: `local.file-unreadable`.
 */
export async function readFolder(folder: string, leaveOut: (path: string) => boolean = () => false): Promise<FolderFile[]> {
  const root = await realpath(folder).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(folder, cause.code === 'ENOENT' ? 'there is no such folder' : (cause.code ?? 'it cannot be read'));
  });
  const files: FolderFile[] = [];
  let total = 0;
  const walk = async (directory: string, depth: number): Promise<void> => {
    if (depth > projectLimits.depth) throw unreadable(directory, `folders are more than ${projectLimits.depth} deep`);
    const entries = await readdir(directory, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      throw unreadable(directory, cause.code ?? 'it cannot be read');
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const place = join(directory, entry.name);
      const path = relative(root, place).split(sep).join('/');
      if (entry.name === '.git' || leaveOut(path)) continue;
      if (/[\n\r\0]/.test(path)) throw unreadable(place, 'its name holds a line break');
      if (entry.isDirectory()) {
        await walk(place, depth + 1);
        continue;
      }
      const file = entry.isSymbolicLink() ? await readLink(root, place, path) : await readPlain(place, path);
      total += file.bytes.length;
      files.push(file);
      if (files.length > projectLimits.files) throw unreadable(folder, `it has more than ${projectLimits.files} files`);
      if (total > projectLimits.totalBytes) throw unreadable(folder, `its files have more than ${projectLimits.totalBytes / 1024 / 1024} MiB`);
    }
  };
  await walk(root, 0);
  return files;
}

async function readLink(root: string, place: string, path: string): Promise<FolderFile> {
  const target = await readlink(place);
  const within = relative(root, resolve(dirname(place), target));
  // Followed to its end as well: what it names may be a link itself.
  const end = await realpath(place).catch(() => resolve(dirname(place), target));
  if (isAbsolute(target) || leaves(within) || leaves(relative(root, end))) throw unreadable(place, `it is a link that leads out of the project, to ${target}`);
  return { path, mode: linkKind | 0o777, bytes: new TextEncoder().encode(target) };
}

async function readPlain(place: string, path: string): Promise<FolderFile> {
  try {
    const found = await lstat(place);
    if (!found.isFile()) throw unreadable(place, 'it is neither a file nor a folder');
    if (found.size > projectLimits.fileBytes) throw unreadable(place, `it has more than ${projectLimits.fileBytes / 1024 / 1024} MiB`);
    return { path, mode: found.mode & 0o777, bytes: await readFile(place) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(place, (cause as NodeJS.ErrnoException).code ?? 'it cannot be read');
  }
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function unreadable(path: string, reason: string): AppError {
  return new AppError('local.file-unreadable', { path, reason });
}
