import { AppError } from '../../../../shared/errors.ts';
import { type Environment, labelSchema, type ServerFields } from '../../../../shared/model/server.ts';

/** A server as a source tells of it. */
export interface ServerDraft {
  /** Name that the source gives, whether or not a server may be called so. */
  title: string;
  /** What the source says; a server of this name that says the same needs no change. */
  stated: Partial<ServerFields>;
  /** What a new server gets where the source says nothing. */
  suggested: Partial<ServerFields>;
  /** Where it stands: `path:line`, or a path and a key. */
  source: string;
  /** What is not honoured, or guessed. */
  notes: string[];
  /** Why it cannot be imported; empty when it can. */
  problems: string[];
}

/** What a source holds: every part of it is in a draft or in a remark. */
export interface ImportedSource {
  path: string;
  drafts: ServerDraft[];
  /** Parts that belong to no server, each with why. */
  remarks: { source: string; text: string }[];
}

/** Servers that one import holds at most. */
export const mostDrafts = 5000;

/** Throws `import.unreadable` where a source holds more servers than one import takes. */
export function checkCount(source: string, count: number): void {
  if (count > mostDrafts) throw new AppError('import.unreadable', { source, reason: `it names ${count} servers; ${mostDrafts} at most are taken at once` });
}

/** A name for a server like this word: what no name may hold becomes `-`. Null where nothing is left. */
export function nameFrom(word: string): string | null {
  if (labelSchema.safeParse(word).success) return word;
  const name = word
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? null : name;
}

/** The same, with a number where it is taken already; from then on it is. */
export function freeName(word: string, taken: Set<string>): string | null {
  const base = nameFrom(word);
  if (base === null) return null;
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base.slice(0, 58)}-${count}`;
  taken.add(name);
  return name;
}

/** The environment that a name tells; one that tells none counts as production, the one that is guarded, and a note says so. */
export function environmentOf(name: string, notes: string[]): Environment {
  if (/prod|prd|live/i.test(name)) return 'production';
  if (/stag|stg|uat|preprod/i.test(name)) return 'staging';
  if (/dev|test|lab|sandbox/i.test(name)) return 'development';
  notes.push('the name tells no environment: taken as production, which is guarded');
  return 'production';
}
