import type { Project } from '../../../shared/contract/projects.ts';
import type { ProjectOrigin } from '../../../shared/model/stack.ts';

/** Where a project is from, in two parts: the place, and which state of it. */
export function originParts(from: ProjectOrigin): { kind: string; place: string; state: string | null } {
  switch (from.kind) {
    case 'folder':
      return { kind: 'folder', place: from.path, state: null };
    case 'git':
      return {
        kind: 'git',
        place: from.subdirectory === '' ? from.url : `${from.url} in ${from.subdirectory}`,
        state: `${from.ref} · ${from.commit.slice(0, 8)}`,
      };
    case 'server':
      return { kind: 'server', place: `${from.path} on ${from.server}`, state: from.project };
  }
}

/** Whether there is something to take it anew from. */
export function canRefresh(project: Pick<Project, 'from'>): boolean {
  return project.from.kind !== 'server';
}

/** A name for a project out of where it is from: the last part of a path or an address, as a stack may be called. */
export function nameFrom(place: string): string {
  const last = place
    .replace(/[/\\]+$/, '')
    .replace(/\.git$/, '')
    .split(/[/\\:]/)
    .at(-1);
  return (last ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
}

/** What is wrong with a name of a stack; null: nothing. */
export function nameProblem(id: string): string | null {
  if (id === '') return 'needs a name';
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(id) ? null : 'small letters, digits and hyphens, at most 63';
}

/** Items of a list that people type, by comma, space or line. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}

/** How a service that uses a secret is told. */
export function usedWords(usedBy: readonly string[]): string {
  return usedBy.length === 0 ? 'no service uses it' : `used by ${usedBy.join(', ')}`;
}
