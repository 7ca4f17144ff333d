import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** More links than any honest path has: beyond it the path is a loop. */
const linkLimit = 40;

/**
 * Path on this machine of a file inside a demo server's root, with every link resolved as the server itself would, so that an
 * absolute link in there never leads out. Null where the path does not exist or loops.
 */
export function worldPath(root: string, path: string): string | null {
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  const resolved: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const part = pending.shift() ?? '';
    if (part === '..') {
      resolved.pop();
      continue;
    }
    const here = join(root, ...resolved, part);
    const entry = lstatSync(here, { throwIfNoEntry: false });
    if (!entry) return null;
    if (!entry.isSymbolicLink()) {
      resolved.push(part);
      continue;
    }
    links += 1;
    if (links > linkLimit) return null;
    const target = readlinkSync(here);
    if (target.startsWith('/')) resolved.length = 0;
    pending.unshift(...target.split('/').filter((piece) => piece !== '' && piece !== '.'));
  }
  return join(root, ...resolved);
}

/** Text of a file inside a demo server's root; null where it is no readable plain file or larger than `maxBytes`. */
export function readWorldFile(root: string, path: string, maxBytes = 1_048_576): string | null {
  const real = worldPath(root, path);
  if (real === null) return null;
  const entry = lstatSync(real, { throwIfNoEntry: false });
  if (!entry?.isFile() || entry.size > maxBytes) return null;
  try {
    return readFileSync(real, 'utf8');
  } catch {
    return null;
  }
}
