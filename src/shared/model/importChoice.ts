import type { ImportEntry } from '../contract/servers.ts';
import type { Environment, ServerFields } from './server.ts';

/** What applying a choice sends. */
export interface ImportChoice {
  add: ServerFields[];
  update: { name: string; fields: Partial<Omit<ServerFields, 'name'>> }[];
}

/** The entries chosen and those through which they are reached, as far as these are new too: none can be added without its jump host. */
export function withJumpHosts(entries: readonly ImportEntry[], chosen: ReadonlySet<string>): Set<string> {
  const added = new Map(entries.filter(({ action }) => action === 'add').map((entry) => [entry.name, entry]));
  const all = new Set(chosen);
  for (const entry of entries) {
    if (!all.has(entry.id)) continue;
    for (let next = jumpOf(entry, added); next !== undefined && !all.has(next.id); next = jumpOf(next, added)) all.add(next.id);
  }
  return all;
}

function jumpOf(entry: ImportEntry, added: ReadonlyMap<string, ImportEntry>): ImportEntry | undefined {
  return entry.fields?.jump == null ? undefined : added.get(entry.fields.jump);
}

/** The request for the entries chosen; of a server that is there only what differs is sent. `environment` is that of the new ones; null: each its own. */
export function importChoice(entries: readonly ImportEntry[], chosen: ReadonlySet<string>, environment: Environment | null): ImportChoice {
  const choice: ImportChoice = { add: [], update: [] };
  for (const { id, action, fields, differences, name } of entries) {
    if (!chosen.has(id) || fields === null) continue;
    if (action === 'add') choice.add.push(environment === null ? fields : { ...fields, environment });
    else if (action === 'update') choice.update.push({ name, fields: Object.fromEntries(differences.map(({ field }) => [field, fields[field]])) });
  }
  return choice;
}
