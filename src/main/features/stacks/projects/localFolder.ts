import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { readFolder } from './readFolder.ts';
import type { ProjectFolder } from './takeProject.ts';

/** A folder of this computer. Nothing outside of it is read, whatever its files name. */
export function localFolder(folder: string): ProjectFolder {
  const inside = (path: string): string | null => {
    try {
      const root = realpathSync(folder);
      const place = realpathSync(join(root, path));
      const within = relative(root, place);
      return within === '..' || within.startsWith(`..${sep}`) ? null : place;
    } catch {
      return null;
    }
  };
  return {
    text(path) {
      const place = inside(path);
      return place !== null && statSync(place).isFile() && statSync(place).size <= 1024 * 1024 ? readFileSync(place, 'utf8') : null;
    },
    kind(path) {
      const place = inside(path);
      if (place === null) return null;
      return statSync(place).isDirectory() ? 'dir' : 'file';
    },
    files: (leaveOut) => readFolder(folder, leaveOut),
  };
}
