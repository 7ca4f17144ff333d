import type { ImportEntry, ImportKind } from '../../../shared/contract/servers.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** Sources of an import, as they are offered. */
export const importKinds: readonly { value: ImportKind; label: string; placeholder: string }[] = [
  { value: 'ssh-config', label: 'SSH configuration', placeholder: '~/.ssh/config' },
  { value: 'ansible', label: 'Ansible inventory', placeholder: '/path/to/inventory.ini' },
  { value: 'csv', label: 'CSV', placeholder: '/path/to/servers.csv' },
  { value: 'json', label: 'JSON', placeholder: '/path/to/servers.json' },
  { value: 'yaml', label: 'YAML', placeholder: '/path/to/servers.yaml' },
];

/** What a state of an entry is called, and its mark. */
export const importStatuses: Record<ImportEntry['status'], { word: string; tone: Tone }> = {
  new: { word: 'new', tone: 'good' },
  changed: { word: 'changed', tone: 'info' },
  conflict: { word: 'conflict', tone: 'warn' },
  same: { word: 'same', tone: 'off' },
  unsupported: { word: 'not possible', tone: 'bad' },
};

/** The kind of source that a file of this name most likely is; null where the name says nothing. */
export function kindOfFile(name: string): ImportKind | null {
  if (/\.csv$/i.test(name)) return 'csv';
  if (/\.json$/i.test(name)) return 'json';
  if (/\.(ini|cfg)$|(^|\/)(hosts|inventory)$/i.test(name)) return 'ansible';
  if (/\.ya?ml$/i.test(name)) return /ansible|inventory|hosts/i.test(name) ? 'ansible' : 'yaml';
  return /(^|\/)(ssh_)?config$|\.conf$/i.test(name) ? 'ssh-config' : null;
}

/** Entries of one state, or all, whose name, address, source or notes hold every word of a text. */
export function shownEntries(entries: readonly ImportEntry[], status: ImportEntry['status'] | null, text: string): ImportEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return entries.filter((entry) => {
    if (status !== null && entry.status !== status) return false;
    const searched = [entry.name, entry.fields?.host, entry.fields?.user, entry.source, ...entry.notes].join('\n').toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

/** How many entries are in each state. */
export function countByStatus(entries: readonly ImportEntry[]): Record<ImportEntry['status'], number> {
  const counts = { new: 0, changed: 0, conflict: 0, same: 0, unsupported: 0 };
  for (const { status } of entries) counts[status] += 1;
  return counts;
}

/** What is chosen before a person has said anything: what is new. */
export function chosenAtFirst(entries: readonly ImportEntry[]): Set<string> {
  return new Set(entries.filter(({ status }) => status === 'new').map(({ id }) => id));
}

/** What the button does, in numbers. */
export function importLabel(added: number, updated: number): string {
  const servers = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'server' : 'servers'}`;
  if (added + updated === 0) return 'Add servers';
  if (updated === 0) return `Add ${servers(added)}`;
  return added === 0 ? `Change ${servers(updated)}` : `Add ${added.toLocaleString('en')}, change ${updated.toLocaleString('en')}`;
}
