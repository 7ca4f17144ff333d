import { z } from 'zod';
import type { LabelChanges } from '../../../shared/contract/servers.ts';
import { AppError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { Group, GroupFields, GroupMember, MemberPart } from '../../../shared/model/group.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import { fitsKind, groupFindings, partFor } from './groupRules.ts';
import { type GroupRecord, GroupsRepo, type StoredGroup } from './groupsRepo.ts';

/** What groups need from the rest of the core. */
export interface GroupsPorts {
  database: Database;
  /** All servers, by name. */
  servers(): readonly Server[];
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  /** Files servers, once per request id; it is confirmed by the selector's own text. */
  label(request: { requestId: RequestId; selector: string; changes: LabelChanges; confirm: string }): unknown;
  nowMs(): number;
}

/** A change of a group; what is absent stays. */
export interface GroupEdit extends Partial<{ [K in keyof GroupFields]: GroupFields[K] | undefined }> {
  requestId: RequestId;
  name: string;
  rename?: string | undefined;
  parts: readonly { server: string; part?: MemberPart | null | undefined; weight?: number | null | undefined }[];
  addServers?: string | undefined;
  removeServers?: string | undefined;
  confirm?: string | undefined;
}

/** What groups are, and what each server does in them. */
export interface GroupsService {
  list(): Group[];
  /** Throws `group.not-found`. */
  get(name: string): Group;
  /** Throws `input.invalid`, `server.not-found`, `selector.no-match`, `guard.confirmation-needed`. */
  edit(edit: GroupEdit): Group;
  /** Answers with how many servers were in it. Throws `group.not-found`, `guard.confirmation-needed`. */
  remove(request: { requestId: RequestId; name: string; confirm?: string | undefined }): number;
}

const nothingSaid: GroupRecord = { kind: 'plain', notes: null, entrance: null, parts: {} };
const noLabels: LabelChanges = { addTags: [], removeTags: [], addGroups: [], removeGroups: [], addRoles: [], removeRoles: [] };
const collator = new Intl.Collator('en', { numeric: true });

/** Makes the service over stored descriptions and the labels of servers. */
export function createGroupsService(ports: GroupsPorts): GroupsService {
  const repo = new GroupsRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const inGroup = (name: string) => ports.servers().filter(({ groups }) => groups.includes(name));

  const composed = (name: string, stored: StoredGroup | undefined): Group => {
    const { parts, ...fields } = stored?.record ?? nothingSaid;
    const members = inGroup(name).map(
      (server): GroupMember => ({
        ...{ serverId: server.id, name: server.name, environment: server.environment, location: server.record?.location ?? null },
        ...(parts[server.id] ?? { part: null, weight: null }),
      }),
    );
    return { name, ...fields, members, findings: groupFindings(fields, members), updatedAtMs: stored?.updatedAtMs ?? null };
  };
  const get = (name: string) => {
    const stored = repo.find(name);
    if (stored === undefined && inGroup(name).length === 0) throw new AppError('group.not-found', { name });
    return composed(name, stored);
  };

  const edited = (edit: GroupEdit, members: readonly Server[]): GroupRecord => {
    const before = repo.find(edit.name)?.record ?? nothingSaid;
    const kind = edit.kind ?? before.kind;
    const parts = Object.fromEntries(Object.entries(before.parts).flatMap(([id, part]) => entryOf(id, partFor(kind, part))));
    for (const change of edit.parts) {
      const server = members.find(({ name }) => name === change.server);
      if (server === undefined) throw invalid('parts', `"${change.server}" is not in the group ${edit.name}`);
      const present = parts[server.id] ?? { part: null, weight: null };
      const next = { part: change.part === undefined ? present.part : change.part, weight: change.weight === undefined ? present.weight : change.weight };
      if (!fitsKind(kind, next))
        throw invalid('parts', `a group of kind "${kind}" has no such part: ${change.server} ${next.part ?? ''} ${next.weight ?? ''}`.trim());
      delete parts[server.id];
      Object.assign(parts, Object.fromEntries(entryOf(server.id, partFor(kind, next))));
    }
    return {
      kind,
      notes: edit.notes === undefined ? before.notes : edit.notes,
      entrance: edit.entrance === undefined ? before.entrance : edit.entrance,
      parts: Object.fromEntries(Object.entries(parts).filter(([id]) => members.some((server) => server.id === id))),
    };
  };

  const save = (edit: GroupEdit, { added, removed, members }: Membership) => {
    const name = edit.rename ?? edit.name;
    repo.put({ name, record: edited(edit, members), updatedAtMs: ports.nowMs() });
    if (name !== edit.name) repo.remove(edit.name);
    // Servers come last: what they announce cannot be taken back by a failure after it.
    const label = (suffix: string, servers: readonly Server[], changes: Partial<LabelChanges>) => {
      const selector = servers.map((server) => server.name).join(',');
      if (selector === '') return;
      const requestId = `${edit.requestId.slice(0, 56)}-${suffix}` as RequestId;
      ports.label({ requestId, selector, changes: { ...noLabels, ...changes }, confirm: selector });
    };
    label('add', name === edit.name ? added : members, { addGroups: [name], removeGroups: name === edit.name ? [] : [edit.name] });
    label('drop', removed, { removeGroups: [edit.name] });
  };

  return {
    list() {
      const stored = new Map(repo.all().map((group) => [group.name, group]));
      const names = new Set([...stored.keys(), ...ports.servers().flatMap(({ groups }) => groups)]);
      return [...names].sort(collator.compare).map((name) => composed(name, stored.get(name)));
    },
    get,
    edit(edit) {
      const answer = requests.answer(edit.requestId, 'groups.edit', nameAnswer);
      if (answer !== undefined) return get(answer.name);
      const name = edit.rename ?? edit.name;
      if (name !== edit.name) {
        get(edit.name);
        if (repo.find(name) !== undefined || inGroup(name).length > 0) throw invalid('rename', `there is a group "${name}" already`);
      }
      const membership = membershipOf(edit, inGroup(edit.name), ports.select);
      const changed = name === edit.name ? [...membership.added, ...membership.removed] : [...new Set([...membership.members, ...membership.removed])];
      confirmProduction({ selector: edit.name, effect: `change who is in the group ${edit.name}`, confirm: edit.confirm }, changed);
      requests.once(edit.requestId, 'groups.edit', nameAnswer, () => {
        save(edit, membership);
        return { name };
      });
      return get(name);
    },
    remove({ requestId, name, confirm }) {
      const answer = requests.answer(requestId, 'groups.remove', countAnswer);
      if (answer !== undefined) return answer.servers;
      const { length } = get(name).members;
      const members = inGroup(name);
      confirmProduction({ selector: name, effect: `take the group ${name} away`, confirm }, members);
      return requests.once(requestId, 'groups.remove', countAnswer, () => {
        repo.remove(name);
        const selector = members.map((server) => server.name).join(',');
        const changes = { ...noLabels, removeGroups: [name] };
        if (selector !== '') ports.label({ requestId: `${requestId.slice(0, 56)}-drop` as RequestId, selector, changes, confirm: selector });
        return { servers: length };
      }).servers;
    },
  };
}

const nameAnswer = z.object({ name: z.string() });
const countAnswer = z.object({ servers: z.int() });

interface Membership {
  added: Server[];
  removed: Server[];
  /** Who is in the group afterwards. */
  members: Server[];
}

function membershipOf(edit: GroupEdit, present: readonly Server[], select: (selector: string) => Server[]): Membership {
  const added = (edit.addServers === undefined ? [] : select(edit.addServers)).filter(({ groups }) => !groups.includes(edit.name));
  const removed = (edit.removeServers === undefined ? [] : select(edit.removeServers)).filter(({ groups }) => groups.includes(edit.name));
  const gone = new Set(removed.map(({ id }) => id));
  return { added: added.filter(({ id }) => !gone.has(id)), removed, members: [...present, ...added].filter(({ id }) => !gone.has(id)) };
}

function entryOf<T>(id: string, value: T | null): [string, T][] {
  return value === null ? [] : [[id, value]];
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
