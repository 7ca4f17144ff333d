import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathBytes, pathFromBytes } from '../../../shared/model/remotePath.ts';
import { localError } from './transferErrors.ts';

/** A directory with all that is copied of it; paths are below it, with `/` between their parts. */
export interface Tree {
  /** Parents before what is in them. */
  directories: { path: string; mode: number }[];
  files: { path: string; sizeBytes: number }[];
  /** What is neither file nor directory (links, pipes, devices) and stays behind. */
  leftOut: string[];
}

/** A path for Node's file functions; one with bytes that are no text as bytes. */
export function localPathOf(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(pathBytes(path));
}

/** A path below a directory of this computer. */
export function belowLocal(directory: string, path: string): string {
  return path.isWellFormed() && directory.isWellFormed() ? join(directory, ...path.split('/')) : `${directory}/${path}`;
}

/** What is in a directory of this computer, to any depth. Links are not followed. Throws `local.file-unreadable`. */
export async function readLocalTree(root: string): Promise<Tree> {
  const tree: Tree = { directories: [], files: [], leftOut: [] };
  const visit = async (below: string): Promise<void> => {
    const directory = below === '' ? root : belowLocal(root, below);
    const unreadable = (error: unknown): never => {
      throw localError(error, directory, 'read');
    };
    const entries: Dirent<Buffer>[] = await readdir(localPathOf(directory), { withFileTypes: true, encoding: 'buffer' }).catch(unreadable);
    for (const entry of entries) {
      const name = pathFromBytes(entry.name);
      const path = below === '' ? name : `${below}/${name}`;
      const found = await lstat(localPathOf(belowLocal(root, path))).catch(unreadable);
      if (entry.isDirectory()) {
        tree.directories.push({ path, mode: found.mode & 0o7777 });
        await visit(path);
      } else if (entry.isFile()) tree.files.push({ path, sizeBytes: found.size });
      else tree.leftOut.push(path);
    }
  };
  await visit('');
  return tree;
}
