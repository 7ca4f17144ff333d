import type { Violation } from './judge.ts';
import { isPure, pureNodeModules, purePackages } from './matrix.ts';
import type { FoundImport, ModuleReferences } from './readImports.ts';
import { resolveImport } from './resolveImport.ts';

/** One thing that a module does which is more than computing. */
interface Impurity {
  line: number;
  what: string;
}

/**
 * Finds modules that promise to do no I/O (rules and commands) and do some: by a module of Node's, by a package, by a global, or
 * by a module they import, however far away. Types may come from anywhere.
 */
export function judgePurity(modules: ReadonlyMap<string, ModuleReferences>, files: ReadonlySet<string>): Violation[] {
  const reach = new Map<string, Impurity | null>();
  const violations: Violation[] = [];
  for (const [path, references] of modules) {
    if (!isPure(path)) continue;
    for (const { line, what } of impuritiesOf(path, references)) {
      violations.push({ rule: 'pure', file: path, line, message: `does no I/O, so it may not use ${what}` });
    }
  }
  return violations;

  function impuritiesOf(path: string, references: ModuleReferences): Impurity[] {
    const found: Impurity[] = references.ambient.map(({ name, line }) => ({ line, what: name }));
    for (const each of references.imports) {
      const what = each.typeOnly ? null : impurityOf(path, each);
      if (what !== null) found.push({ line: each.line, what });
    }
    return found;
  }

  function impurityOf(from: string, { specifier }: FoundImport): string | null {
    if (specifier === null) return null;
    const target = resolveImport(from, specifier, files);
    if (target.to === 'node') return pureNodeModules.includes(target.name) ? null : target.name;
    if (target.to === 'package') return purePackages.includes(target.name) ? null : target.name;
    // A module that itself promises purity is judged by itself.
    if (target.to !== 'file' || isPure(target.path)) return null;
    const beyond = firstImpurity(target.path);
    return beyond === null ? null : `${target.path}, which uses ${beyond.what}`;
  }

  function firstImpurity(path: string): Impurity | null {
    const known = reach.get(path);
    if (known !== undefined) return known;
    // Assumed pure while it is looked at, so that a circle ends.
    reach.set(path, null);
    const references = modules.get(path);
    const first = references === undefined ? null : (impuritiesOf(path, references)[0] ?? null);
    reach.set(path, first);
    return first;
  }
}
