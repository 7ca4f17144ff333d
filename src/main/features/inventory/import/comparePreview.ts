import type { ImportEntry } from '../../../../shared/contract/servers.ts';
import { type Server, type ServerFields, serverFieldsSchema } from '../../../../shared/model/server.ts';
import { changedRecord } from '../../../../shared/model/serverRecord.ts';
import { isReserved, jumpHosts } from '../inventoryRules.ts';
import type { ServerDraft } from './importDraft.ts';

const defaults: Omit<ServerFields, 'name' | 'host'> = {
  ...{ port: 22, user: 'root', auth: { kind: 'agent' }, jump: null },
  ...{ environment: 'production', tags: [], groups: [], sudo: 'none' },
};

/** Sets what a source tells against the inventory: what is new, the same, changed, in conflict, or not possible, and why. */
export function comparePreview(drafts: readonly ServerDraft[], existing: readonly Server[]): ImportEntry[] {
  const byName = new Map(existing.map((server) => [server.name, server]));
  const byAddress = new Map(existing.map((server) => [address(server), server]));
  const seen = new Map<string, string>();
  const entries = drafts.map((draft, index) => {
    const name = draft.stated.name ?? draft.title;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, draft.source);
    const entry = compared(draft, byName.get(name), byAddress, `${index}`);
    return first === undefined || entry.status === 'unsupported' ? entry : unsupported(draft, entry.id, [`the name was given before, at ${first}`]);
  });
  return checkWays(entries, drafts, existing);
}

function compared(draft: ServerDraft, present: Server | undefined, byAddress: ReadonlyMap<string, Server>, id: string): ImportEntry {
  const parsed = serverFieldsSchema.safeParse(
    present === undefined ? { ...defaults, ...draft.suggested, ...draft.stated } : { ...fieldsWithSsh(present), ...merged(present, draft.stated) },
  );
  const invalid = parsed.success ? [] : parsed.error.issues.slice(0, 20).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (draft.problems.length > 0 || !parsed.success) return unsupported(draft, id, draft.problems.length > 0 ? draft.problems : invalid);
  const fields = parsed.data;
  const entry = { ...{ id, name: fields.name, fields, source: draft.source }, differences: [], notes: draft.notes };
  if (present === undefined) {
    const twin = byAddress.get(address(fields));
    if (twin === undefined) return { ...entry, status: 'new', action: 'add' };
    return { ...entry, status: 'conflict', action: 'add', notes: [`the inventory has this address and login as ${twin.name}`, ...draft.notes] };
  }
  const differences = differencesOf(present, fields);
  // What a new server would have been given by guess plays no part in one that is there.
  const notes = draft.notes.filter((note) => !note.startsWith('the name tells no environment'));
  if (differences.length === 0) return { ...entry, notes, status: 'same', action: null };
  const moved = present.host !== fields.host || present.port !== fields.port;
  const why = moved ? ['a server of this name has another address: it would have to be trusted again'] : [];
  return { ...entry, differences, notes: [...why, ...notes], status: moved ? 'conflict' : 'changed', action: 'update' };
}

function unsupported(draft: ServerDraft, id: string, problems: readonly string[]): ImportEntry {
  const name = (draft.stated.name ?? draft.title).slice(0, 200);
  return { id, status: 'unsupported', action: null, name, fields: null, source: draft.source, differences: [], notes: [...problems, ...draft.notes] };
}

/** Options of SSH and parts of the record that are not stated stay as they are. */
function merged(present: Server, stated: Partial<ServerFields>): Partial<ServerFields> {
  return {
    ...stated,
    ...(stated.ssh === undefined ? {} : { ssh: { ...present.ssh, ...stated.ssh } }),
    ...(stated.record === undefined ? {} : { record: changedRecord(present.record, stated.record) }),
  };
}

/** The fields of a record, the ways of SSH among them. */
export function fieldsWithSsh(server: Server): ServerFields {
  const { id: _id, hostKeys: _keys, demo: _demo, createdAtMs: _created, updatedAtMs: _updated, ...fields } = server;
  return fields;
}

const order = [
  'host',
  'port',
  'user',
  'auth',
  'jump',
  'environment',
  'tags',
  'groups',
  'sudo',
  'ssh',
  'roles',
  'record',
] as const satisfies (keyof ServerFields)[];

function differencesOf(present: Server, fields: ServerFields): ImportEntry['differences'] {
  return order
    .filter((field) => canonical(present[field]) !== canonical(fields[field]))
    .map((field) => ({ field, present: shown(present[field]), imported: shown(fields[field]) }));
}

/** Labels count as a set, and options by name. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.toSorted());
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  return JSON.stringify(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).map(([key, inner]) => (key === 'kind' ? String(inner) : `${key} ${Array.isArray(inner) ? inner.join(', ') : inner}`));
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function address({ host, port, user, jump }: ServerFields): string {
  return JSON.stringify([host, port, user, jump]);
}

/** Names jump hosts that are nowhere, and ways that lead back. */
function checkWays(entries: readonly ImportEntry[], drafts: readonly ServerDraft[], existing: readonly Server[]): ImportEntry[] {
  const jumps = jumpHosts(existing);
  for (const { fields } of entries) if (fields !== null) jumps.set(fields.name, fields.jump);
  const problems = wayProblems(jumps);
  return entries.map((entry, index) => {
    const draft = drafts[index];
    if (entry.fields === null || draft === undefined) return entry;
    const { name } = entry.fields;
    const twoWays = entry.fields.jump !== null && entry.fields.ssh?.proxyCommand !== undefined;
    const problem = isReserved(name)
      ? `“${name}” stands for every server`
      : twoWays
        ? 'it has both a jump host and a proxy command: only one of them can be the way to it'
        : problems.get(name);
    return problem === undefined ? entry : unsupported(draft, entry.id, [problem]);
  });
}

/** Servers that cannot be reached, by name, each with why. Every way is gone once, however many share it. */
function wayProblems(jumps: ReadonlyMap<string, string | null>): Map<string, string> {
  const problems = new Map<string, string>();
  const done = new Set<string>();
  for (const start of jumps.keys()) {
    const way = new Set<string>();
    let hop: string | null | undefined = start;
    while (hop != null && jumps.has(hop) && !done.has(hop) && !way.has(hop)) {
      way.add(hop);
      hop = jumps.get(hop);
    }
    const problem = hop == null ? undefined : endProblem(hop, way, jumps, problems);
    for (const name of way) {
      done.add(name);
      if (problem !== undefined) problems.set(name, problem);
    }
  }
  return problems;
}

function endProblem(hop: string, way: ReadonlySet<string>, jumps: ReadonlyMap<string, unknown>, problems: ReadonlyMap<string, string>): string | undefined {
  if (!jumps.has(hop)) return `its jump host is neither here nor in the inventory: ${hop}`;
  return way.has(hop) ? `the way through its jump host leads back to “${hop}”` : problems.get(hop);
}
