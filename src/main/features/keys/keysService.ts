import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { AuthorizedKey, LocalKey } from '../../../shared/model/sshKey.ts';
import type { Operations } from '../../operations/operations.ts';
import { lookAtKeyFile } from '../../remote/keyFile.ts';
import type { Remote } from '../../remote/remote.ts';
import { readKeysFile } from './authorizedKeysFile.ts';
import { readKeyLines } from './authorizedKeysRules.ts';
import { type InstallSpec, installOperation, type KeyOperationsPorts, type RemoveSpec, removeOperation } from './keyOperations.ts';
import { LocalKeys } from './localKeys.ts';

/** What keys need from the rest of the core. */
export interface KeysPorts extends Omit<KeyOperationsPorts, 'fingerprintOf'> {
  /** Where keys are made. */
  directory: string;
  operations: Operations;
  remote: Pick<Remote, 'server'>;
  /** Throws `server.not-found`. */
  byName(name: string): Server;
  all(): readonly Server[];
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  keepPassphrase(path: string, passphrase: string): Promise<void>;
  who(): string;
}

interface Change {
  requestId: RequestId;
  selector: string;
  user?: string | undefined;
  confirm?: string | undefined;
}

/** Keys on this computer, and who may log in to servers. */
export interface KeysService {
  list(): Promise<{ directory: string; keys: LocalKey[] }>;
  /** Throws `key.exists`, `key.unusable`, `secret.keystore-locked`. */
  generate(request: {
    name: string;
    path?: string | undefined;
    comment?: string | undefined;
    passphrase?: string | undefined;
    keepPassphrase: boolean;
  }): Promise<LocalKey>;
  authorized(name: string, user?: string): Promise<{ user: string; file: string; keys: AuthorizedKey[] }>;
  /** Throws `key.not-found`, `guard.confirmation-needed`. */
  install(request: Change & { key: string; use: boolean }): Promise<Operation>;
  remove(request: Change & { fingerprint: string; takeOver?: string | undefined }): Promise<Operation>;
}

/** Makes the service and registers its kinds of operation. */
export function createKeysService(ports: KeysPorts): KeysService {
  const local = new LocalKeys({ directory: ports.directory, inUse: () => ports.all().flatMap(keyFilesOf) });
  const fingerprintOf = async (path: string) => (await lookAtKeyFile(path))?.fingerprint ?? null;
  ports.operations.register(installOperation({ ...ports, fingerprintOf }));
  ports.operations.register(removeOperation({ ...ports, fingerprintOf }));
  const start = (kind: 'key-install' | 'key-remove', title: string, change: Change, spec: InstallSpec | RemoveSpec) => {
    const servers = ports.select(change.selector);
    confirmProduction({ selector: change.selector, effect: title, confirm: change.confirm }, servers);
    return ports.operations.start({
      ...{ requestId: change.requestId, kind, title, subject: null, who: ports.who(), mutates: true, spec },
      targets: servers.map(({ id, name }: { id: ServerId; name: string }) => ({ serverId: id, name })),
      strategy: { kind: 'all', concurrency: 16 },
    });
  };
  return {
    list: async () => ({ directory: ports.directory, keys: await local.list() }),
    async generate({ keepPassphrase, ...request }) {
      const key = await local.generate(request);
      if (keepPassphrase && request.passphrase !== undefined) await ports.keepPassphrase(key.path, request.passphrase);
      return key;
    },
    async authorized(name, user) {
      const server = ports.byName(name);
      const remote = ports.remote.server(server.id);
      const sudo = user !== undefined && user !== server.user;
      const file = await readKeysFile({ server: name, remote, user, sudo });
      const carriers = new Set(remote.connections().flatMap(({ login }) => login.flatMap(({ key }) => key?.fingerprint ?? [])));
      const keys = readKeyLines(file.text).map((key) => ({ ...key, carriesUs: file.user === server.user && carriers.has(key.fingerprint) }));
      return { user: file.user, file: file.file, keys };
    },
    async install({ key, use, ...change }) {
      const { path, publicKey, fingerprint, name } = await local.find(key);
      const title = `Let the key ${name} log in${change.user === undefined ? '' : ` as ${change.user}`}`;
      return start('key-install', title, change, { key: { path, publicKey, fingerprint }, user: change.user ?? null, use });
    },
    async remove({ fingerprint, takeOver, ...change }) {
      const other = takeOver === undefined ? null : await local.find(takeOver);
      const title = `Remove the key ${fingerprint.slice(0, 19)}…${change.user === undefined ? '' : ` of ${change.user}`}`;
      const by = other === null ? null : { path: other.path, publicKey: other.publicKey, fingerprint: other.fingerprint };
      return start('key-remove', title, change, { fingerprint, user: change.user ?? null, takeOver: by });
    },
  };
}

function keyFilesOf({ name, auth }: Server): { path: string; server: string }[] {
  return auth.kind === 'key' ? [auth.path, ...(auth.others ?? [])].map((path) => ({ path, server: name })) : [];
}
