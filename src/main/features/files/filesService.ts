import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { type FileEntry, mostListedEntries, type TextFile, type Transfer, textFileSchema } from '../../../shared/contract/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { nameOf, visibleName } from '../../../shared/model/remotePath.ts';
import type { Server } from '../../../shared/model/server.ts';
import { escapedPath } from '../../commands/shellPath.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { type PathScript, runPathScript } from '../../remote/transfer/pathScript.ts';
import { listPlace } from '../../remote/transfer/remotePlace.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { copyOperation, copyTitle } from './copyOperation.ts';
import { makeDirectoryScript, renameScript } from './fileScripts.ts';
import { localEntries } from './localEntries.ts';
import { readText, saveText, type TextChange } from './remoteText.ts';
import { type RemoveSpec, removeOperation, removeTitle } from './removeOperation.ts';

/** What files need from the rest of the core. */
export interface FilesPorts {
  database: Database;
  operations: Operations;
  /** Throws `server.not-found`. */
  byName(name: string): Server;
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  remote(server: Server): RemoteServer;
  homeDirectory: string;
  who(): string;
  nowMs(): number;
}

interface Place {
  server: string;
  path: string;
  sudo: boolean;
}
interface Change extends Place {
  requestId: RequestId;
  confirm?: string | undefined;
}

/** Files of servers. */
export interface FilesService {
  list(place: Place, signal?: AbortSignal): Promise<{ path: string; entries: FileEntry[]; total: number }>;
  read(place: Place, signal?: AbortSignal): Promise<TextFile>;
  save(change: Change & Omit<TextChange, 'path' | 'sudo' | 'signal'>): Promise<{ file: Omit<TextFile, 'text' | 'form'>; backup: string | null }>;
  makeDirectory(change: Change): Promise<void>;
  rename(change: Change & { name: string }): Promise<void>;
  remove(change: Change & { names: string[] }): Promise<Operation>;
  copy(request: CopyRequest): Promise<Operation>;
  local(path: string): ReturnType<typeof localEntries>;
  readonly transfers: KeyedState<Transfer>;
}

/** A copy as it was asked for. */
export interface CopyRequest {
  requestId: RequestId;
  confirm?: string | undefined;
  selector: string;
  direction: 'up' | 'down';
  local: string;
  remote: string;
  sudo: boolean;
}

const savedSchema = z.object({ file: textFileSchema.omit({ text: true, form: true }), backup: z.string().nullable() });
const nothing = z.object({});

/** Makes the service and registers its kinds of operation. */
export function createFilesService(ports: FilesPorts): FilesService {
  const { operations, nowMs } = ports;
  const transfers = new KeyedState<Transfer>();
  const requests = new RequestsRepo(ports.database, nowMs);
  const underWay = new Map<RequestId, Promise<unknown>>();
  operations.register(copyOperation((key, transfer) => (transfer === null ? transfers.delete(key) : transfers.set(key, transfer))));
  operations.register(removeOperation());

  const reach = (name: string) => {
    const server = ports.byName(name);
    return { server, at: { remote: ports.remote(server), name: server.name } };
  };
  const guarded = (change: Change, effect: string) => {
    const { server, at } = reach(change.server);
    confirmProduction({ selector: server.name, effect, confirm: change.confirm }, [server]);
    return { server, at };
  };
  const once = async <T>(requestId: RequestId, procedure: string, schema: z.ZodType<T>, body: () => Promise<T>): Promise<T> => {
    await underWay.get(requestId)?.catch(() => undefined);
    const before = requests.answer(requestId, procedure, schema);
    if (before !== undefined) return before;
    const work = body();
    underWay.set(requestId, work);
    try {
      const result = await work;
      return requests.once(requestId, procedure, schema, () => result);
    } finally {
      underWay.delete(requestId);
    }
  };
  const change = async (request: Change, procedure: string, effect: string, script: Pick<PathScript, 'script' | 'env' | 'what'>) => {
    const { at } = guarded(request, effect);
    const { path, sudo } = request;
    await once(request.requestId, procedure, nothing, async () => {
      await runPathScript(at, { ...script, path, sudo, timeoutMs: 60_000 });
      return {};
    });
  };

  return {
    transfers,
    async list({ server, path, sudo }, signal) {
      const { entries, ...found } = await listPlace(reach(server).at, path, { sudo, signal, depth: '1', limit: mostListedEntries });
      return { ...found, entries: entries.map(({ path: name, ...entry }) => ({ name, ...entry })) };
    },
    read: async ({ server, ...place }, signal) => readText(reach(server).at, { ...place, signal }),
    async save({ requestId, confirm, server, ...text }) {
      const { at } = guarded({ requestId, confirm, server, ...text }, `save ${visibleName(text.path)}`);
      return once(requestId, 'files.save', savedSchema, () => saveText(at, text, nowMs()));
    },
    makeDirectory: (request) =>
      change(request, 'files.makeDirectory', `make ${visibleName(request.path)}`, {
        ...{ script: makeDirectoryScript, env: { PH_PATH: escapedPath(request.path) }, what: 'make' },
      }),
    rename: (request) =>
      change(request, 'files.rename', `rename ${visibleName(request.path)} to ${visibleName(request.name)}`, {
        ...{ script: renameScript, env: { PH_PATH: escapedPath(request.path), PH_NAME: escapedPath(request.name) }, what: 'rename' },
      }),
    async remove(request) {
      const { path, names, sudo, requestId } = request;
      const title = removeTitle({ path, names });
      const { server } = guarded(request, title);
      return operations.start<RemoveSpec>({
        ...{ requestId, kind: 'file-remove', title, subject: null, who: ports.who(), targets: [{ serverId: server.id, name: server.name }] },
        ...{ strategy: { kind: 'all', concurrency: 1 }, mutates: true, spec: { path, names, sudo } },
      });
    },
    async copy({ requestId, confirm, selector, ...request }) {
      const servers = ports.select(selector);
      checkCopy(request, servers);
      const spec = { ...request, apart: request.direction === 'down' && servers.length > 1 };
      const title = copyTitle(spec);
      if (spec.direction === 'up') confirmProduction({ selector, effect: title, confirm }, servers);
      return operations.start({
        ...{ requestId, kind: 'copy', title, subject: null, who: ports.who(), targets: servers.map(({ id, name }) => ({ serverId: id, name })) },
        // A long copy is no reason for others to wait, and takes no part in what a deployment changes.
        ...{ strategy: { kind: 'all', concurrency: 8 }, mutates: false, spec },
      });
    },
    local: (path) => localEntries(path, ports.homeDirectory),
  };
}

function checkCopy({ direction, local, remote }: Pick<CopyRequest, 'direction' | 'local' | 'remote'>, servers: readonly Server[]): void {
  const problem = (path: string, message: string) => new AppError('input.invalid', { issues: [{ path, message }] });
  if (!isAbsolute(local)) throw problem('local', 'a path of this computer is given from its root');
  if (direction === 'up' && nameOf(local) === '') throw problem('local', 'the root of this computer is not copied');
  if (direction === 'down' && servers.length > 1 && nameOf(remote) === '') throw problem('remote', 'the root of a server is not copied');
}
