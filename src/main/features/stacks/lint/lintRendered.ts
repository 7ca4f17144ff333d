import type { LintReport } from '../../../../shared/model/lint.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { RenderedStack } from '../definition/renderStack.ts';
import { nameSecrets } from '../projects/envFileTextRules.ts';
import { readProject } from './composeProject.ts';
import type { LintServer } from './lintSubject.ts';
import { runLint } from './runLint.ts';

/** A stack as it is about to be put on a server. */
export interface RenderedSubject {
  stack: RenderedStack;
  definition: StackDefinition;
  /** Null: for no server in particular. */
  server: LintServer | null;
  nowMs?: number;
}

/** Judges a rendered stack against the known traps and a server. Pure; takes a few milliseconds. Throws `stack.compose-malformed`. */
export function lintRendered({ stack, definition, server, nowMs = Date.now() }: RenderedSubject): LintReport {
  const compose = stack.files.filter(({ path }) => stack.composeFiles.includes(path));
  const ordered = compose.toSorted((a, b) => stack.composeFiles.indexOf(a.path) - stack.composeFiles.indexOf(b.path));
  // Of a person's own project: env files, with the names of their secrets in place of values.
  const envFiles = (stack.project?.envFiles ?? []).map(({ path, text }) => ({ path, text: nameSecrets(text) }));
  const beside = [...stack.files.filter(({ path }) => !stack.composeFiles.includes(path)), ...envFiles];
  const project = readProject(ordered, beside, { profiles: stack.profiles, secrets: definition.secrets.map(({ name }) => name), values: stack.parameters });
  const subject = {
    project,
    files: [...stack.files, ...envFiles],
    definition: filled(definition, stack.parameters),
    parameters: stack.parameters,
    server,
    nowMs,
  };
  return { serverName: server?.name ?? null, ...runLint(subject) };
}

/** The definition with `${parameter}` replaced in all its texts. */
export function filled<T>(part: T, values: Readonly<Record<string, string>>): T {
  if (typeof part === 'string') return part.replaceAll(/\$\{([A-Za-z][A-Za-z0-9_]*)\}/g, (whole, name: string) => values[name] ?? whole) as T;
  if (Array.isArray(part)) return part.map((item: unknown) => filled(item, values)) as T;
  if (typeof part === 'object' && part !== null) return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filled(value, values)])) as T;
  return part;
}
