import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { confirmProduction } from '../../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { changedRecord } from '../../../../shared/model/serverRecord.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { Remote } from '../../../remote/remote.ts';
import { applyChanges, checkFields, type FieldChanges, jumpHosts, withRecord } from '../inventoryRules.ts';
import { newServerId } from '../newServerId.ts';
import type { ServerDirectory } from '../serverDirectory.ts';
import type { ServersRepo } from '../serversRepo.ts';

/** What applying an import needs. */
export interface ImportChangesPorts {
  database: Database;
  servers: ServersRepo;
  directory: ServerDirectory;
  remote: Pick<Remote, 'reset'>;
  onChanged(ids: readonly ServerId[], how: { moved: boolean }): void;
  nowMs(): number;
}

/** Servers to add, and changes of servers that are there, by name. */
export interface ImportRequest {
  requestId: RequestId;
  add: readonly ServerFields[];
  update: readonly { name: string; fields: FieldChanges }[];
  confirm?: string | undefined;
}

const answerSchema = z.object({ added: z.array(z.string()), updated: z.array(z.string()), moved: z.array(z.string()) });

/**
 * Adds and changes servers in one transaction: all of it or nothing, once per request id. New servers may jump through each other. No key
 * is pinned; another address unpins what was. Throws `server.name-taken`, `server.not-found`, `input.invalid`, and
 * `guard.confirmation-needed` when servers of production would change.
 */
export function applyImport(request: ImportRequest, ports: ImportChangesPorts): { added: Server[]; updated: Server[] } {
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const before = requests.answer(request.requestId, 'servers.importApply', answerSchema);
  if (before === undefined) guardUpdates(request, ports.directory);
  let answer: z.infer<typeof answerSchema>;
  try {
    answer = requests.once(request.requestId, 'servers.importApply', answerSchema, () => save(request, ports));
  } catch (error) {
    // A transaction that failed leaves the copy in memory ahead of the file.
    ports.servers.reload();
    throw error;
  }
  if (before === undefined) announce(answer, ports);
  const serversOf = (ids: readonly string[]) => ids.map((id) => ports.directory.byId(id as ServerId));
  return { added: serversOf(answer.added), updated: serversOf(answer.updated) };
}

function guardUpdates({ update, confirm }: ImportRequest, directory: ServerDirectory): void {
  const changed = update.map(({ name }) => directory.byName(name));
  confirmProduction({ selector: `${changed.length} servers`, effect: 'change the records', confirm }, changed);
}

function save({ add, update }: ImportRequest, { servers, directory, nowMs }: ImportChangesPorts): z.infer<typeof answerSchema> {
  const ways = jumpHosts(servers.all());
  const edited = update.map(({ name, fields }) => applyChanges(directory.byName(name), fields, nowMs()));
  for (const { server } of edited) ways.set(server.name, server.jump);
  const records = add.map((fields): Server => {
    const record: Server = { ...fields, id: newServerId(), hostKeys: [], demo: false, createdAtMs: nowMs(), updatedAtMs: nowMs() };
    return withRecord(record, changedRecord(undefined, fields.record));
  });
  for (const { name, jump } of records) {
    if (ways.has(name)) throw new AppError('server.name-taken', { name });
    ways.set(name, jump);
  }
  for (const record of [...edited.map(({ server }) => server), ...records]) {
    ways.delete(record.name);
    checkFields(record, ways);
    ways.set(record.name, record.jump);
  }
  for (const { server, moved } of edited) {
    servers.update(server);
    if (moved) servers.setFacts(server.id, null);
  }
  for (const record of records) servers.insert(record);
  const moved = edited.filter((edit) => edit.moved).map(({ server }) => server.id);
  return { added: records.map(({ id }) => id), updated: edited.map(({ server }) => server.id), moved };
}

/** Whoever jumps through a changed server is reached anew too. */
function announce(answer: z.infer<typeof answerSchema>, { servers, remote, onChanged }: ImportChangesPorts): void {
  const updated = new Set(answer.updated);
  const names = new Set(servers.all().flatMap(({ id, name }) => (updated.has(id) ? [name] : [])));
  for (const name of names) for (const server of servers.all()) if (server.jump === name) names.add(server.name);
  const followers = servers.all().flatMap(({ id, name }) => (names.has(name) ? [id] : []));
  const moved = new Set(answer.moved);
  for (const id of [...followers, ...(answer.added as ServerId[])]) remote.reset(id);
  onChanged([...followers.filter((id) => !moved.has(id)), ...(answer.added as ServerId[])], { moved: false });
  if (moved.size > 0) onChanged(answer.moved as ServerId[], { moved: true });
}
