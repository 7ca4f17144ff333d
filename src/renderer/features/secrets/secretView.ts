import type { Secret } from '../../../shared/contract/secrets.ts';
import type { StackSecret } from '../../../shared/model/stackDefinition.ts';

/** To whom a secret belongs, by its name. */
export type SecretPlace = { kind: 'stack'; stackId: string; serverName: string } | { kind: 'project'; stackId: string } | { kind: 'other' };

/** A secret with its name taken apart. */
export interface SecretRow extends Secret {
  place: SecretPlace;
  /** The name that its stack has for it; of any other, the whole. */
  shortName: string;
}

/** Takes the name of a secret apart: `stack/ID/SERVER/NAME`, `project/ID/NAME`, anything else. */
export function secretRow(secret: Secret): SecretRow {
  const [kind, stackId = '', third = '', ...rest] = secret.name.split('/');
  if (kind === 'stack' && rest.length === 1) return { ...secret, place: { kind: 'stack', stackId, serverName: third }, shortName: rest[0] ?? '' };
  if (kind === 'project' && third !== '' && rest.length === 0) return { ...secret, place: { kind: 'project', stackId }, shortName: third };
  return { ...secret, place: { kind: 'other' }, shortName: secret.name };
}

/** Secrets by whom they belong to: stacks by name, then own projects, then what belongs to neither. */
export function secretGroups(secrets: readonly Secret[], filter: string): { key: string; title: string; rows: SecretRow[] }[] {
  const wanted = filter.trim().toLowerCase();
  const groups = new Map<string, { key: string; title: string; rank: number; rows: SecretRow[] }>();
  for (const secret of secrets) {
    const row = secretRow(secret);
    const words = [secret.name, ...secret.uses.flatMap((use) => [use.serverName, use.stackId, ...use.services])].join(' ').toLowerCase();
    if (!words.includes(wanted)) continue;
    const [key, title, rank] =
      row.place.kind === 'stack'
        ? [`stack/${row.place.stackId}`, row.place.stackId, 0]
        : row.place.kind === 'project'
          ? [`project/${row.place.stackId}`, `${row.place.stackId}, own project`, 1]
          : ['other', 'Of no stack', 2];
    const group = groups.get(key) ?? { key, title, rank, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.rank - b.rank || a.title.localeCompare(b.title)).map(({ rank: _, ...group }) => group);
}

/** Names of the variables that an env file sets, in their order, without any value. Text that goes over several lines in quotes is skipped. */
export function envNames(text: string): { name: string; empty: boolean }[] {
  const names = new Map<string, boolean>();
  let quote: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (quote !== null) {
      if (line.replaceAll(`\\${quote}`, '').includes(quote)) quote = null;
      continue;
    }
    const found = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*)$/.exec(line);
    if (!found) continue;
    const [, name = '', value = ''] = found;
    const open = /^["']/.exec(value)?.[0];
    if (open && !value.slice(1).replaceAll(`\\${open}`, '').includes(open)) quote = open;
    names.set(name, /^(|""|''|#.*)$/.test(value.trim()));
  }
  return [...names].map(([name, empty]) => ({ name, empty }));
}

/** What importing an env file would do with each variable of it. */
export function importPreview(
  text: string,
  wanted: readonly Pick<StackSecret, 'name'>[],
  kept: ReadonlySet<string>,
): { name: string; does: 'new' | 'replaces' | 'empty' | 'left' }[] {
  const known = new Set(wanted.map(({ name }) => name));
  return envNames(text).map(({ name, empty }) => ({ name, does: !known.has(name) ? 'left' : empty ? 'empty' : kept.has(name) ? 'replaces' : 'new' }));
}

/** What a rotation does in its order, one line each. */
export function rotationSteps(secret: Pick<StackSecret, 'usedBy' | 'rotate'>, servers: number): string[] {
  const [first] = secret.usedBy;
  return [
    'A release with the new value is written beside the one that runs.',
    ...(secret.rotate !== undefined && first !== undefined ? [`${first} is told the new value while it runs, so that it takes it from then on.`] : []),
    ...(secret.usedBy.length > 0
      ? [`${secret.usedBy.join(', then ')} ${secret.usedBy.length === 1 ? 'is' : 'are'} made anew with it, each well before the next.`]
      : ['What holds it is made anew.']),
    'The gates of the stack judge the whole; if one does not pass, the old value and the old release come back.',
    ...(servers > 1 ? ['One server after the other; the first that fails stops the rest.'] : []),
  ];
}
