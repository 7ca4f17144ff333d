import type { LintFinding } from '../../../../shared/model/lint.ts';
import { type StackDefinition, stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import { type LintFile, readProject } from './composeProject.ts';
import { isComposePath } from './lintFiles.ts';
import type { LintRule, LintServer, LintSubject } from './lintSubject.ts';
import { runLint } from './runLint.ts';

/** What a test knows of a server beside its files. */
export interface LintSetting {
  definition?: Partial<Record<keyof StackDefinition, unknown>>;
  server?: Partial<LintServer>;
  profiles?: string[];
  secrets?: string[];
  parameters?: Record<string, string>;
  nowMs?: number;
}

/** A definition with what a test says of it, and nothing else. */
export function definitionOf(parts: NonNullable<LintSetting['definition']>): StackDefinition {
  return stackDefinitionSchema.parse({
    id: 'mine',
    version: 1,
    title: 'Mine',
    summary: '',
    parameters: [],
    secrets: [],
    services: [],
    requirements: {},
    ports: [],
    gates: [],
    ...parts,
  });
}

/** A server of which only this is known. */
export function serverOf(known: Partial<LintServer>): LintServer {
  return {
    name: 'gpu-1',
    cores: null,
    memoryMib: null,
    gpus: null,
    diskFreeMib: null,
    systemDiskFreeMib: null,
    listening: null,
    others: [],
    own: null,
    ufwActive: null,
    ...known,
  };
}

/** Files by their path as a subject; a text alone is `compose.yaml`. */
export function subjectOf(files: string | Record<string, string>, setting: LintSetting = {}): LintSubject {
  const all: LintFile[] = Object.entries(typeof files === 'string' ? { 'compose.yaml': files } : files).map(([path, text]) => ({ path, text }));
  const compose = all.filter(({ path }) => isComposePath(path));
  const project = readProject(
    compose.length > 0 ? compose : [{ path: 'compose.yaml', text: 'services: {}\n' }],
    all.filter(({ path }) => !isComposePath(path)),
    { profiles: setting.profiles ?? [], secrets: setting.secrets ?? [] },
  );
  return {
    project,
    files: all,
    definition: setting.definition === undefined ? null : definitionOf(setting.definition),
    parameters: setting.parameters ?? {},
    server: setting.server === undefined ? null : serverOf(setting.server),
    nowMs: setting.nowMs ?? Date.parse('2026-03-01T00:00:00Z'),
  };
}

/** What one rule says of files. */
export function lint(rule: LintRule, files: string | Record<string, string>, setting: LintSetting = {}) {
  return runLint(subjectOf(files, setting), [rule]);
}

/** Findings in short: `severity trap file:line service`. */
export function short(findings: readonly LintFinding[]): string[] {
  return findings.map(({ severity, trap, place }) => [severity, trap ?? '-', `${place.file ?? ''}:${place.line ?? ''}`, place.service ?? ''].join(' ').trim());
}

/** What one rule says of files, in short. */
export function shortLint(rule: LintRule, files: string | Record<string, string>, setting: LintSetting = {}): string[] {
  return short(lint(rule, files, setting).findings);
}
