import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { findCycles } from './cycles.ts';
import { judgeModule, type Violation } from './judge.ts';
import { readImports } from './readImports.ts';
import { resolveImport } from './resolveImport.ts';

/** Source texts by their path below `src/`; files that are no modules have an empty text. */
export type SourceTree = ReadonlyMap<string, string>;

/** Declarations and the tools' configuration are no part of the program. */
const isModule = (path: string): boolean => /\.tsx?$/.test(path) && !/\.(d|config)\.ts$/.test(path);

/** Reads everything below a `src` folder. */
export function readSourceTree(sourceDirectory: string): SourceTree {
  const tree = new Map<string, string>();
  for (const entry of readdirSync(sourceDirectory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file
      .slice(sourceDirectory.length + 1)
      .split(sep)
      .join('/');
    tree.set(path, isModule(path) ? readFileSync(file, 'utf8') : '');
  }
  return tree;
}

/**
 * Judges every import of a tree by the matrix, the owners of packages, the purity of rules and commands, and looks for
 * circles; imports of types count like those of values. In order of file and line.
 */
export function judgeTree(tree: SourceTree): Violation[] {
  const files = new Set(tree.keys());
  const graph = new Map<string, string[]>();
  const violations: Violation[] = [];
  for (const [path, source] of tree) {
    if (!isModule(path)) continue;
    const references = readImports(path, source);
    violations.push(...judgeModule(path, references, files));
    const edges: string[] = [];
    for (const { specifier, kind } of references.imports) {
      // A URL starts another process or thread: no circle of modules.
      if (specifier === null || kind === 'url') continue;
      const target = resolveImport(path, specifier, files);
      if (target.to === 'file') edges.push(target.path);
    }
    graph.set(path, edges);
  }
  for (const cycle of findCycles(graph)) {
    violations.push({ rule: 'cycle', file: cycle[0] ?? '', line: 1, message: `imports in a circle: ${cycle.join(', ')}` });
  }
  return violations.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/** One line per violation, as editors recognise it. */
export function formatViolation(violation: Violation): string {
  return `src/${violation.file}:${violation.line} [${violation.rule}] ${violation.message}`;
}
