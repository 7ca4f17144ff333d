import type { LabelChanges } from '../../../shared/contract/servers.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Server, ServerFields } from '../../../shared/model/server.ts';
import { changedRecord } from '../../../shared/model/serverRecord.ts';

/** Names that mean something else where a server is named: the selector's word for every server. */
const reservedNames = new Set(['all']);

/** Whether a name means something else where a server is named. */
export function isReserved(name: string): boolean {
  return reservedNames.has(name);
}

/** Changes of a record as a form sends them: what is absent or undefined stays. */
export type FieldChanges = { [K in keyof ServerFields]?: ServerFields[K] | undefined };

/** Servers by name, each with the name of its jump host. */
export type JumpHosts = ReadonlyMap<string, string | null>;

/** The jump hosts of these servers. */
export function jumpHosts(servers: readonly Pick<ServerFields, 'name' | 'jump'>[]): Map<string, string | null> {
  return new Map(servers.map(({ name, jump }) => [name, jump]));
}

/**
 * Checks a record against the rest of the inventory. Throws `server.name-taken`, `server.not-found` for an unknown jump host,
 * `server.two-ways` for a jump host beside a proxy command, and `input.invalid` for a reserved name or for jump hosts that lead back to the server. `others` leaves out the record itself.
 */
export function checkFields(fields: ServerFields, others: JumpHosts): void {
  if (isReserved(fields.name)) throw invalid('fields.name', `"${fields.name}" stands for every server; choose another name`);
  if (others.has(fields.name)) throw new AppError('server.name-taken', { name: fields.name });
  if (fields.jump !== null && fields.ssh?.proxyCommand !== undefined) throw new AppError('server.two-ways', { name: fields.name, jump: fields.jump });
  let hop = fields.jump;
  for (let count = 0; hop !== null; count += 1) {
    if (hop === fields.name || count > others.size) throw invalid('fields.jump', `the way through "${fields.jump}" leads back to "${fields.name}"`);
    const next = others.get(hop);
    if (next === undefined) throw new AppError('server.not-found', { name: hop });
    hop = next;
  }
}

/**
 * The record with changes. Pinned host keys stay only while host and port do: another address is another machine until a person
 * has said otherwise. `moved`: that was so, and what is known of the old machine no longer holds.
 */
export function applyChanges(server: Server, changes: FieldChanges, nowMs: number): { server: Server; moved: boolean } {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<ServerFields>;
  const changed = withRecord({ ...server, ...given, updatedAtMs: nowMs }, changedRecord(server.record, given.record));
  const moved = changed.host !== server.host || changed.port !== server.port;
  return { server: moved ? { ...changed, hostKeys: [] } : changed, moved };
}

/** The server with this record in place of its own. */
export function withRecord<S extends ServerFields>(server: S, record: ServerFields['record']): S {
  const { record: _former, ...rest } = server;
  return (record === undefined ? rest : { ...rest, record }) as S;
}

/** What of a record no connection depends on. */
const filing: ReadonlySet<string> = new Set(['environment', 'tags', 'groups', 'roles', 'record', 'updatedAtMs'] satisfies (keyof Server)[]);

/** Whether two records of a server are reached in the same way. */
export function isReachedAlike(a: Server, b: Server): boolean {
  const way = (server: Server) => JSON.stringify(Object.entries(server).filter(([key]) => !filing.has(key)));
  return way(a) === way(b);
}

/** Most labels of a kind that a server has, as the contract has it. */
const mostLabels = { tags: 32, groups: 32, roles: 16 };

/** The record filed anew; the same object when that changes nothing. Throws `input.invalid` when it would have too many labels. */
export function applyLabels(server: Server, changes: LabelChanges, nowMs: number): Server {
  const merged = (kind: 'tags' | 'groups' | 'roles', added: readonly string[], removed: readonly string[]) => {
    const labels = [...new Set([...(server[kind] ?? []), ...added])].filter((label) => !removed.includes(label));
    if (labels.length > mostLabels[kind]) throw invalid(kind, `"${server.name}" would have ${labels.length}; ${mostLabels[kind]} at most`);
    return labels;
  };
  const filed = {
    environment: changes.environment ?? server.environment,
    tags: merged('tags', changes.addTags, changes.removeTags),
    groups: merged('groups', changes.addGroups, changes.removeGroups),
    ...(server.roles === undefined && changes.addRoles.length === 0 ? {} : { roles: merged('roles', changes.addRoles, changes.removeRoles) }),
  };
  const { environment, tags, groups, roles } = server;
  const isSame = JSON.stringify(filed) === JSON.stringify({ environment, tags, groups, roles });
  return isSame ? server : { ...server, ...filed, updatedAtMs: nowMs };
}

/** Every label in use, once, in order. */
export function labelsInUse(servers: readonly Server[]): { tags: string[]; groups: string[]; roles: string[] } {
  const sorted = (labels: string[]) => [...new Set(labels)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    tags: sorted(servers.flatMap((server) => server.tags)),
    groups: sorted(servers.flatMap((server) => server.groups)),
    roles: sorted(servers.flatMap((server) => server.roles ?? [])),
  };
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
