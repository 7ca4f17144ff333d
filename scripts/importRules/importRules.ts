import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { findCycles } from './cycles.ts';
import { judgeModule, type Violation } from './judge.ts';
import { judgePurity } from './purity.ts';
import { type ModuleReferences, readImports } from './readImports.ts';
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
  const modules = new Map<string, ModuleReferences>();
  for (const [path, source] of tree) if (isModule(path)) modules.set(path, readImports(path, source));
  const violations = [...modules].flatMap(([path, references]) => judgeModule(path, references, files));
  violations.push(...judgePurity(modules, files));
  for (const cycle of findCycles(importGraph(modules, files))) {
    violations.push({ rule: 'cycle', file: cycle[0] ?? '', line: 1, message: `imports in a circle: ${cycle.join(', ')}` });
  }
  return violations.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function importGraph(modules: ReadonlyMap<string, ModuleReferences>, files: ReadonlySet<string>): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const [path, { imports }] of modules) {
    const edges = imports.flatMap(({ specifier, kind }) => {
      // A URL starts another process or thread: no circle of modules.
      const target = specifier === null || kind === 'url' ? null : resolveImport(path, specifier, files);
      return target?.to === 'file' ? [target.path] : [];
    });
    graph.set(path, edges);
  }
  return graph;
}

/** One line per violation, as editors recognise it. */
export function formatViolation(violation: Violation): string {
  return `src/${violation.file}:${violation.line} [${violation.rule}] ${violation.message}`;
}
