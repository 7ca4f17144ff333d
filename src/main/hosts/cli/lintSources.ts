import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from './cliErrors.ts';

/** A file as lint takes it: its path as seen from the project's folder. */
interface SourceFile {
  path: string;
  text: string;
}

const maxFiles = 300;
const maxBytes = 1_000_000;
const maxDepth = 5;
/** Folders that are never part of what somebody wrote. */
const skipped = new Set(['node_modules', '__pycache__', 'venv', 'dist', 'build', 'target', 'vendor']);
const wanted = /\.(ya?ml|env|conf|toml|ini|cfg|sh|bash|md|txt|py|js|ts|mjs|go|inc|template|json)$|(^|\/)(Dockerfile|\.env[^/]*)$/i;

/**
 * Reads what lint is to judge: folders whole, files with what they name and what lies beside them (`.env`). Paths are as seen from the
 * folder of the first. Throws UsageError for what cannot be read; binary and very large files are left out, unless they are named.
 */
export async function readLintSources(directory: string, given: readonly string[]): Promise<SourceFile[]> {
  const places = given.map((path) => resolve(directory, path));
  const [first] = places;
  if (first === undefined) return [];
  const root = (await isDirectory(first)) ? first : dirname(first);
  const files = new Map<string, string>();
  const take = async (path: string, named: boolean): Promise<string | null> => {
    const key = relative(root, path).split(sep).join('/') || basename(path);
    const known = files.get(key);
    if (known !== undefined || files.size >= maxFiles) return known ?? null;
    const text = await readText(path, named);
    if (text !== null) files.set(key, text);
    return text;
  };
  const takeFolder = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => order(a.name) - order(b.name) || (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (entry.isDirectory() && depth < maxDepth && !skipped.has(entry.name) && !entry.name.startsWith('.')) await takeFolder(inner, depth + 1);
      else if (entry.isFile() && wanted.test(entry.name)) await take(inner, false);
    }
  };
  for (const place of places) {
    if (await isDirectory(place)) await takeFolder(place, 0);
    else {
      const text = await take(place, true);
      await take(join(dirname(place), '.env'), false);
      for (const path of namedIn(text ?? '')) {
        const beside = resolve(dirname(place), path);
        // Nothing outside of the project's folder is read because a file names it.
        if (!beside.startsWith(root + sep)) continue;
        if (await isDirectory(beside)) await takeFolder(beside, 2);
        else if (wanted.test(beside)) await take(beside, false);
      }
    }
  }
  return [...files].map(([path, text]) => ({ path, text }));
}

/** Compose's own files first, its overrides after them. */
function order(name: string): number {
  if (/^(docker-)?compose\.ya?ml$/.test(name)) return 0;
  if (/^(docker-)?compose\.override\.ya?ml$/.test(name)) return 2;
  return /^(docker-)?compose[.-]/.test(name) ? 1 : 3;
}

/** Paths that a text names as its neighbours. */
export function namedIn(text: string): string[] {
  const paths = text
    .slice(0, maxBytes)
    .matchAll(/(?:^|[\s"'[({:,=-])((?:\.{1,2}\/)[\w./@+-]+|[\w][\w./@+-]*\.(?:env|ya?ml|conf|toml|ini|sh|md))(?=$|[\s"'\]),:#}])/gm);
  return [...new Set([...paths].map(([, path = '']) => path.replace(/[:,]$/, '')))].slice(0, maxFiles);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

async function readText(path: string, named: boolean): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) {
    if (named) throw new UsageError(`${path} is no file that can be read.`);
    return null;
  }
  if (found.size > maxBytes) {
    if (named) throw new UsageError(`${path} is larger than ${maxBytes / 1_000_000} MB.`);
    return null;
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (named) throw new UsageError(`${path} cannot be read: ${error.code ?? 'unknown reason'}.`);
    return null;
  });
  return text === null || (text.includes('\u0000') && !named) ? null : text;
}
