import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './sizeReport.ts';

/** Files of the working tree that git tracks or would, relative to it. */
export function treeFiles(root: string): string[] {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  return listed.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** The TypeScript of the program and its tests with its lengths. */
export function sourceFiles(root: string, files: readonly string[]): SourceFile[] {
  return files
    .filter((path) => /^(src|scripts|e2e|bench)\/.*\.tsx?$/.test(path))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }));
}

/** Shell scripts: those that name their shell in the first line, and those that are handed to one. */
export interface ShellScripts {
  named: string[];
  unnamed: string[];
}

/** Finds shell scripts by their name or first line, wherever they lie. */
export function shellScripts(root: string, files: readonly string[]): ShellScripts {
  const candidates = files.filter((path) => /^(src|resources|e2e|\.ci|scripts)\//.test(path) && /(^|\/)[^./]+$|\.sh$/.test(path));
  const isNamed = (path: string) => /^#!\s*\/\S*\b(env )?(ba|da)?sh\b/.test(readFileSync(join(root, path), 'utf8'));
  const named = candidates.filter(isNamed);
  return { named, unnamed: candidates.filter((path) => path.endsWith('.sh') && !named.includes(path)) };
}
