import { z } from 'zod';
import type { LabelChanges } from '../../../shared/contract/servers.ts';
import { AppError, type SerializedError, serializeError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { HostKey, Server, ServerFields } from '../../../shared/model/server.ts';
import { changedRecord } from '../../../shared/model/serverRecord.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import type { HostKeyScan, Remote } from '../../remote/remote.ts';
import { type Credentials, forgetCredentials, storeCredentials } from './credentials.ts';
import { pinOf, rotatedPins, vouchedPin } from './hostKeyRules.ts';
import { applyChanges, applyLabels, checkFields, type FieldChanges, isReachedAlike, jumpHosts, withRecord } from './inventoryRules.ts';
import { newServerId } from './newServerId.ts';
import type { SecretsPort, ServerDirectory } from './serverDirectory.ts';
import type { ServersRepo } from './serversRepo.ts';

/** What changes of the inventory need. */
export interface ServerChangesPorts {
  database: Database;
  servers: ServersRepo;
  directory: ServerDirectory;
  secrets: SecretsPort;
  remote: Pick<Remote, 'scanHostKey' | 'reset'>;
  /** The mutating operation under way on a server, if any. */
  activity(id: ServerId): { title: string } | null;
  /** Called after each change with the servers that it concerned; `moved`: another machine may stand behind the record now. */
  onChanged(ids: readonly ServerId[], how: { moved: boolean }): void;
  nowMs(): number;
}

const idAnswer = z.object({ serverId: z.string() });
const idsAnswer = z.object({ serverIds: z.array(z.string()) });

/** Changes of the inventory. Each is done once per request id, whole or not at all. */
export class ServerChanges {
  readonly #ports: ServerChangesPorts;
  readonly #requests: RequestsRepo;

  constructor(ports: ServerChangesPorts) {
    this.#ports = ports;
    this.#requests = new RequestsRepo(ports.database, ports.nowMs);
  }

  /**
   * Saves a new server and looks at its host key: one that the person's known_hosts vouches for is pinned, any other is offered. A
   * server that cannot be reached is saved all the same and `error` says why.
   */
  async add(request: { requestId: RequestId; fields: ServerFields; credentials?: Credentials | undefined }): Promise<{
    server: Server;
    offered: HostKey | null;
    error: SerializedError | null;
  }> {
    const id = this.#requests.answer(request.requestId, 'servers.add', idAnswer)?.serverId ?? (await this.#insert(request));
    return this.#offer(id as ServerId);
  }

  /**
   * Changes a record; one in production only when it is confirmed by its name. Another host or port unpins the host keys and forgets
   * the facts; a new name is followed by those who jump through it. Connections are made anew when the way to the server changed.
   */
  async edit(request: {
    requestId: RequestId;
    name: string;
    fields: FieldChanges;
    credentials?: Credentials | undefined;
    confirm?: string | undefined;
  }): Promise<Server> {
    const before = this.#requests.answer(request.requestId, 'servers.edit', idAnswer);
    if (before !== undefined) return this.#ports.directory.byId(before.serverId as ServerId);
    const current = this.#ports.directory.byName(request.name);
    const { id } = current;
    guardProduction(current, request.confirm, `change the record of ${current.name}`);
    if (request.credentials !== undefined) {
      this.#checkEdit(id, request.fields);
      await storeCredentials(this.#ports.secrets, id, request.credentials);
    }
    let changed: ServerId[] = [];
    let moved = false;
    let isSameWay = false;
    this.#once(request.requestId, 'servers.edit', idAnswer, () => {
      const edited = this.#checkEdit(id, request.fields);
      moved = edited.moved;
      isSameWay = request.credentials === undefined && isReachedAlike(this.#ports.directory.byId(id), edited.server);
      changed = this.#save(edited.server, request.name);
      if (moved) this.#ports.servers.setFacts(id, null);
      return { serverId: id };
    });
    if (isSameWay) this.#ports.onChanged([id], { moved: false });
    else this.#announce(changed, moved);
    return this.#ports.directory.byId(id);
  }

  /**
   * Files several servers at once, all or none. Throws `selector.invalid`, `selector.no-match`, `guard.confirmation-needed` with
   * production among them, `input.invalid` when one would have too many labels.
   */
  label(request: { requestId: RequestId; selector: string; changes: LabelChanges; confirm?: string | undefined }): Server[] {
    const before = this.#requests.answer(request.requestId, 'servers.label', idsAnswer);
    if (before !== undefined) return before.serverIds.map((id) => this.#ports.directory.byId(id as ServerId));
    const picked = this.#ports.directory.select(request.selector);
    confirmProduction({ selector: request.selector, effect: 'change environment, tags or groups', confirm: request.confirm }, picked);
    const filed = picked.map((server) => applyLabels(server, request.changes, this.#ports.nowMs()));
    const changed = filed.filter((server, index) => server !== picked[index]);
    this.#once(request.requestId, 'servers.label', idsAnswer, () => {
      for (const server of changed) this.#ports.servers.update(server);
      return { serverIds: filed.map(({ id }) => id) };
    });
    if (changed.length > 0) {
      this.#ports.onChanged(
        changed.map(({ id }) => id),
        { moved: false },
      );
    }
    return filed;
  }

  /** Removes a server that nothing needs. Throws `guard.confirmation-needed` for production, `server.in-use`. */
  async remove(request: { requestId: RequestId; name: string; confirm?: string | undefined }): Promise<void> {
    if (this.#requests.answer(request.requestId, 'servers.remove', idAnswer) !== undefined) return;
    const server = this.#ports.directory.byName(request.name);
    guardProduction(server, request.confirm, `remove ${server.name} from the inventory`);
    this.#once(request.requestId, 'servers.remove', idAnswer, () => {
      this.#checkUnused(server);
      this.#ports.servers.remove(server.id);
      return { serverId: server.id };
    });
    await forgetCredentials(this.#ports.secrets, server.id);
    this.#announce([server.id], true);
  }

  /** What the server offers as its host key now. */
  async scan(name: string): Promise<HostKeyScan> {
    const target = await this.#ports.directory.resolveTarget(this.#ports.directory.byName(name).id);
    return this.#ports.remote.scanHostKey(target);
  }

  /** Pins the key with this fingerprint, or the authority behind it; see `pinOf` for what it throws. */
  async trust(request: { requestId: RequestId; name: string; fingerprint: string }): Promise<Server> {
    const before = this.#requests.answer(request.requestId, 'servers.trust', idAnswer);
    if (before !== undefined) return this.#ports.directory.byId(before.serverId as ServerId);
    const { id, host, port } = this.#ports.directory.byName(request.name);
    const pin = pinOf(await this.scan(request.name), request.fingerprint, { server: request.name, host, port });
    this.#once(request.requestId, 'servers.trust', idAnswer, () => {
      const server = this.#ports.directory.byId(id);
      // The record may have been moved to another address while its key was scanned.
      if (server.host !== host || server.port !== port) throw new AppError('server.untrusted', { server: request.name });
      this.#ports.servers.update({ ...server, hostKeys: [pin], updatedAtMs: this.#ports.nowMs() });
      return { serverId: id };
    });
    this.#announce([id], false);
    return this.#ports.directory.byId(id);
  }

  /** Takes on and gives up host keys of a server that is trusted already; connections stay. Guarded in production. */
  rotate(request: { requestId: RequestId; name: string; add: readonly HostKey[]; remove: readonly string[]; confirm?: string | undefined }): Server {
    const current = this.#ports.directory.byName(request.name);
    guardProduction(current, request.confirm, `change the host keys by which ${current.name} is trusted`);
    const { serverId } = this.#once(request.requestId, 'access.rotate', idAnswer, () => {
      const hostKeys = rotatedPins(current, request.add, request.remove);
      this.#ports.servers.update({ ...current, hostKeys, updatedAtMs: this.#ports.nowMs() });
      return { serverId: current.id };
    });
    this.#ports.onChanged([current.id], { moved: false });
    return this.#ports.directory.byId(serverId as ServerId);
  }

  /** Saves a server of the demo fleet with its key, in place of one of the same name. */
  putDemo(fields: ServerFields, hostKeys: HostKey[]): Server {
    const existing = this.#ports.servers.byName(fields.name);
    if (existing !== undefined && !existing.demo) throw new AppError('server.name-taken', { name: fields.name });
    const record = { ...this.#record(fields), ...(existing === undefined ? {} : { id: existing.id }), hostKeys, demo: true };
    if (existing === undefined) this.#ports.servers.insert(record);
    else this.#ports.servers.update(record);
    this.#announce([record.id], true);
    return record;
  }

  /** Removes the servers of the demo fleet. */
  removeDemo(): void {
    const demo = this.#ports.servers.all().filter((server) => server.demo);
    for (const server of demo) this.#checkUnused(server);
    const ids = demo.map(({ id }) => id);
    for (const id of ids) this.#ports.servers.remove(id);
    this.#announce(ids, true);
  }

  async #insert(request: { requestId: RequestId; fields: ServerFields; credentials?: Credentials | undefined }): Promise<string> {
    checkFields(request.fields, jumpHosts(this.#ports.servers.all()));
    const record = this.#record(request.fields);
    await storeCredentials(this.#ports.secrets, record.id, request.credentials ?? {});
    try {
      const { serverId } = this.#once(request.requestId, 'servers.add', idAnswer, () => {
        checkFields(record, jumpHosts(this.#ports.servers.all()));
        this.#ports.servers.insert(record);
        return { serverId: record.id };
      });
      // The same request may have come twice at once: then the other one's record stands.
      if (serverId !== record.id) await forgetCredentials(this.#ports.secrets, record.id);
      return serverId;
    } catch (error) {
      await forgetCredentials(this.#ports.secrets, record.id);
      throw error;
    } finally {
      this.#ports.onChanged([record.id], { moved: false });
    }
  }

  async #offer(id: ServerId): Promise<{ server: Server; offered: HostKey | null; error: SerializedError | null }> {
    const server = this.#ports.directory.byId(id);
    try {
      const scan = await this.scan(server.name);
      const pin = vouchedPin(scan);
      if (pin !== null && server.hostKeys.length === 0) {
        this.#ports.servers.update({ ...this.#ports.directory.byId(id), hostKeys: [pin], updatedAtMs: this.#ports.nowMs() });
        this.#announce([id], false);
      }
      return { server: this.#ports.directory.byId(id), offered: scan.offered, error: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { server, offered: null, error: serializeError(error) };
    }
  }

  /** A transaction that failed leaves the copy in memory ahead of the file: read it again. */
  #once<T>(requestId: RequestId, procedure: string, schema: z.ZodType<T>, body: () => T): T {
    try {
      return this.#requests.once(requestId, procedure, schema, body);
    } catch (error) {
      this.#ports.servers.reload();
      throw error;
    }
  }

  #checkEdit(id: ServerId, changes: FieldChanges): { server: Server; moved: boolean } {
    const current = this.#ports.directory.byId(id);
    const edited = applyChanges(current, changes, this.#ports.nowMs());
    const others = this.#ports.servers.all().filter((other) => other.id !== id);
    const renamed = others.map((other) => (other.jump === current.name ? { ...other, jump: edited.server.name } : other));
    checkFields(edited.server, jumpHosts(renamed));
    return edited;
  }

  /** Saves a record, and with a new name those that jump through it. */
  #save(server: Server, formerName: string): ServerId[] {
    this.#ports.servers.update(server);
    const followers = this.#ports.servers.all().filter(({ jump }) => jump === formerName);
    // Whoever jumps through a server is reached by its record: a change of it ends their connections too.
    if (server.name !== formerName) {
      for (const follower of followers) this.#ports.servers.update({ ...follower, jump: server.name, updatedAtMs: server.updatedAtMs });
    }
    return [server.id, ...followers.map(({ id }) => id)];
  }

  #checkUnused(server: Server): void {
    const users = this.#ports.servers.all().filter(({ jump }) => jump === server.name);
    const [first] = users;
    const more = users.length > 1 ? ` and ${users.length - 1} more` : '';
    if (first !== undefined) throw new AppError('server.in-use', { name: server.name, by: `${first.name}${more}, reached through it` });
    const activity = this.#ports.activity(server.id);
    if (activity !== null) throw new AppError('server.in-use', { name: server.name, by: `the operation "${activity.title}"` });
  }

  #record(fields: ServerFields): Server {
    const nowMs = this.#ports.nowMs();
    const record = { ...fields, id: newServerId(), hostKeys: [], demo: false, createdAtMs: nowMs, updatedAtMs: nowMs };
    return withRecord(record, changedRecord(undefined, fields.record));
  }

  #announce(ids: readonly ServerId[], moved: boolean): void {
    for (const id of ids) this.#ports.remote.reset(id);
    this.#ports.onChanged(ids, { moved });
  }
}

/** A record decides where commands go and what is guarded: in production nobody changes it by the way. */
function guardProduction(server: Server, confirm: string | undefined, effect: string): void {
  if (server.environment !== 'production' || confirm === server.name) return;
  throw new AppError('guard.confirmation-needed', { expected: server.name, effect });
}
