import type { LintFinding, LintSeverity } from '../../../../shared/model/lint.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { ComposeProject, LintFile } from './composeProject.ts';
import type { Place } from './yamlParts.ts';

/** A graphics card of a server. */
export interface LintGpu {
  name: string;
  vramMib: number;
}

/** What is known of a server. Null: it is not known. */
export interface LintServer {
  name: string;
  cores: number | null;
  memoryMib: number | null;
  gpus: LintGpu[] | null;
  /** Where Docker keeps its data. */
  diskFreeMib: number | null;
  systemDiskFreeMib: number | null;
  listening: { address: string; port: number; process: string | null }[] | null;
  /** Ports that other stacks publish there. */
  others: { stack: string; service: string; address: string; port: number }[];
  /** Ports that the stack itself publishes there now; null: not known. */
  own: { address: string; port: number }[] | null;
  /** Whether ufw filters; null: not known. */
  ufwActive: boolean | null;
}

/** A project with all that is known around it. */
export interface LintSubject {
  project: ComposeProject;
  /** Every file, compose files too. */
  files: readonly LintFile[];
  /** With its parameters filled in. Null: a project that is no stack of ours. */
  definition: StackDefinition | null;
  /** Parameters of the stack with their values. */
  parameters: Readonly<Record<string, string>>;
  server: LintServer | null;
  nowMs: number;
}

/** What a rule says: something that it found, or something that it cannot tell. */
export type LintNews = Omit<LintFinding, 'rule'> | { unknown: string };

/** A rule over a project. Pure. */
export interface LintRule {
  id: string;
  title: string;
  /** What goes wrong, and what to do instead; for people. */
  why: string;
  /** Traps that it looks for. */
  traps: readonly string[];
  check(subject: LintSubject): Iterable<LintNews>;
}

/** A finding in one call. */
export function found(
  severity: LintSeverity,
  trap: string | null,
  at: (Place & { service?: string | undefined }) | null,
  reason: string,
  fix: string,
): LintNews {
  return { severity, trap, place: { file: at?.file ?? null, line: at?.line ?? null, service: at?.service ?? null }, reason, fix };
}

/** A place with the service that it is about. */
export function inService(at: Place, service: string): Place & { service: string } {
  return { ...at, service };
}

/** Place in the definition, which has no lines of its own once it is filled in. */
export function inDefinition(service?: string): Place & { service?: string | undefined } {
  return { file: 'stack.yaml', line: null, service };
}
