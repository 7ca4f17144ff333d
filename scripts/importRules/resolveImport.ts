import { isBuiltin } from 'node:module';
import { posix } from 'node:path';

/** Where a reference leads: a file of the tree by its path below `src/`, a file outside it, a package, one of Node's modules. */
export type Target =
  | { to: 'file'; path: string }
  | { to: 'outside'; path: string }
  | { to: 'missing'; path: string }
  | { to: 'package'; name: string }
  | { to: 'node'; name: string };

/** The name of the package that a bare specifier belongs to: `@scope/name` or `name`. */
export function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** Resolves what module `from` (its path below `src/`) means by `specifier`. `files` holds every path below `src/`. */
export function resolveImport(from: string, specifier: string, files: ReadonlySet<string>): Target {
  const bare = specifier.replace(/\?.*$/, '');
  if (isBuiltin(bare)) return { to: 'node', name: bare.startsWith('node:') ? bare : `node:${bare}` };
  if (!bare.startsWith('.') && !bare.startsWith('/')) return { to: 'package', name: packageName(bare) };
  const path = posix.normalize(bare.startsWith('/') ? bare.slice(1) : posix.join(posix.dirname(from), bare));
  if (path.startsWith('../')) return { to: 'outside', path: path.slice(3) };
  return files.has(path) ? { to: 'file', path } : { to: 'missing', path };
}
