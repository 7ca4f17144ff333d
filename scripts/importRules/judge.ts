import { fits, isTest, owners, type Part, parts, testMayImport, testPackages } from './matrix.ts';
import type { FoundImport, ModuleReferences } from './readImports.ts';
import { resolveImport } from './resolveImport.ts';

/** One reference that a rule forbids. */
export interface Violation {
  rule: 'unparsable' | 'unjudgeable' | 'missing' | 'outside' | 'layer' | 'owner' | 'test-only' | 'pure' | 'feature' | 'cycle';
  file: string;
  line: number;
  message: string;
}

/** The only file outside `src/` that modules may read: the version stands there. */
const outsideAllowed = ['package.json'];

const featureOf = (path: string): string | null => /^main\/features\/([^/]+)\//.exec(path)?.[1] ?? null;

/** The part of the matrix that a module belongs to; null for a folder that has no rule yet, which is itself a violation. */
export function partOf(path: string): Part | null {
  return parts.find((part) => path.startsWith(part.folder)) ?? null;
}

function judgeFile(from: string, part: Part, to: string): Omit<Violation, 'file' | 'line'> | null {
  const [mine, theirs] = [featureOf(from), featureOf(to)];
  if (mine !== null && theirs !== null && mine !== theirs) {
    return { rule: 'feature', message: `feature ${mine} imports feature ${theirs}; pass what it needs as a port through core` };
  }
  if (isTest(to) && !isTest(from)) return { rule: 'test-only', message: `${to} is there for tests alone` };
  if (isTest(from) && from.startsWith('main/') && testMayImport.some((folder) => to.startsWith(folder))) return null;
  const allowed = to.startsWith(part.folder) || part.mayImport.some((folder) => to.startsWith(folder));
  return allowed ? null : { rule: 'layer', message: `${part.folder} may not import ${to}` };
}

function judgePackage(from: string, part: Part, name: string): Omit<Violation, 'file' | 'line'> | null {
  if (isTest(from) && testPackages.some((pattern) => fits(name, pattern))) return null;
  const owner = owners.find((entry) => fits(name, entry.package));
  if (owner !== undefined && !owner.folders.some((folder) => from.startsWith(folder))) {
    return { rule: 'owner', message: `${name} belongs to ${owner.folders.join(' and ')}` };
  }
  if (part.packages !== null && !part.packages.includes(name)) return { rule: 'layer', message: `${part.folder} may not import the package ${name}` };
  return null;
}

function judgeNode(from: string, part: Part, name: string): Omit<Violation, 'file' | 'line'> | null {
  if (!part.node && !isTest(from)) return { rule: 'layer', message: `${part.folder} may not import ${name}` };
  return isTest(from) ? null : judgePackage(from, part, name);
}

function judgeImport(from: string, part: Part, found: FoundImport, files: ReadonlySet<string>): Omit<Violation, 'file' | 'line'> | null {
  if (found.specifier === null) {
    // A test may load what it has just written; anything else has to be plain to see.
    return isTest(from) ? null : { rule: 'unjudgeable', message: `a computed ${found.kind} import cannot be judged` };
  }
  const target = resolveImport(from, found.specifier, files);
  switch (target.to) {
    case 'file':
      return judgeFile(from, part, target.path);
    case 'missing':
      return { rule: 'missing', message: `${target.path} does not exist` };
    case 'outside':
      return outsideAllowed.includes(target.path) || isTest(from) ? null : { rule: 'outside', message: `${target.path} lies outside src/` };
    case 'package':
      return judgePackage(from, part, target.name);
    case 'node':
      return judgeNode(from, part, target.name);
  }
}

/** Judges what one module refers to. `path` and `files` are below `src/`. */
export function judgeModule(path: string, references: ModuleReferences, files: ReadonlySet<string>): Violation[] {
  const part = partOf(path);
  if (part === null) return [{ rule: 'layer', file: path, line: 1, message: 'lies in a folder that the matrix does not know' }];
  const violations: Violation[] = references.errors.map((message) => ({ rule: 'unparsable', file: path, line: 1, message }));
  for (const found of references.imports) {
    const judged = judgeImport(path, part, found, files);
    if (judged !== null) violations.push({ ...judged, file: path, line: found.line });
  }
  return violations;
}
