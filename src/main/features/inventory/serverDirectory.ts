import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { resolveSelector } from '../../../shared/model/selector.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteAuth, RemoteTarget } from '../../remote/remote.ts';
import type { ServersRepo } from './serversRepo.ts';

/** Where the inventory keeps what was typed in with a server. */
export interface SecretsPort {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  /** Throws `secret.not-found` when there is none. */
  unset(name: string): Promise<void>;
}

/** Names of a server's secrets. */
export const credentialNames = {
  password: (id: ServerId) => `server/${id}/password`,
  passphrase: (id: ServerId) => `server/${id}/passphrase`,
  sudoPassword: (id: ServerId) => `server/${id}/sudo-password`,
} as const;

/** Name of the secret that opens a key file, whichever server it is for. */
export function keyPassphraseName(path: string): string {
  return `key/${createHash('sha256').update(path).digest('hex').slice(0, 32)}/passphrase`;
}

/** Looks servers up, and says how each is reached. */
export interface ServerDirectory {
  /** Throws `server.not-found`. */
  byId(id: ServerId): Server;
  /** Throws `server.not-found`. */
  byName(name: string): Server;
  /** Servers that a command is to reach. Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  /** The record as the remote layer needs it, jump hosts included. Throws `server.not-found`. */
  resolveTarget(id: ServerId): Promise<RemoteTarget>;
  /** How a server would be logged in to with this key file alone. */
  authWith(server: Server, path: string): RemoteAuth;
  /** The public half of the key with which a server is reached, one line; null where it is not a key file, or has no `.pub` beside it. */
  publicKeyOf(id: ServerId): Promise<string | null>;
}

/** Makes the directory over the stored inventory. `homeDirectory` stands for `~` in key paths. */
export function createServerDirectory(ports: { servers: ServersRepo; secrets: SecretsPort; homeDirectory: string }): ServerDirectory {
  const { servers, secrets } = ports;
  const found = (server: Server | undefined, name: string): Server => {
    if (server === undefined) throw new AppError('server.not-found', { name });
    return server;
  };
  const byName = (name: string) => found(servers.byName(name), name);
  const keyPath = (path: string) => (path.startsWith('~/') ? join(ports.homeDirectory, path.slice(2)) : path);

  const authOf = ({ id, auth }: Server): RemoteAuth => {
    switch (auth.kind) {
      case 'agent':
        return { kind: 'agent' };
      case 'key':
        return {
          kind: 'key',
          path: keyPath(auth.path),
          ...(auth.others === undefined ? {} : { others: auth.others.map(keyPath) }),
          ...(auth.certificate === undefined ? {} : { certificate: keyPath(auth.certificate) }),
          passphrase: async (path) => (await secrets.get(keyPassphraseName(path))) ?? secrets.get(credentialNames.passphrase(id)),
        };
      case 'password':
        return { kind: 'password', password: () => secrets.get(credentialNames.password(id)) };
      case 'interactive':
        return { kind: 'interactive', password: () => secrets.get(credentialNames.password(id)) };
    }
  };

  const target = (server: Server, behind: readonly ServerId[]): RemoteTarget => {
    const jump = server.jump === null ? null : byName(server.jump);
    if (jump !== null && behind.includes(jump.id)) throw new AppError('server.not-found', { name: jump.name });
    return {
      serverId: server.id,
      name: server.name,
      host: server.host,
      port: server.port,
      user: server.user,
      auth: authOf(server),
      loginPassword: () => secrets.get(credentialNames.password(server.id)),
      ...(server.ssh?.hostKeyAlias === undefined ? {} : { hostKeyAlias: server.ssh.hostKeyAlias }),
      ...systemSshOf(server),
      jump: jump === null ? null : target(jump, [...behind, jump.id]),
      sudo: server.sudo,
      // A login by password mostly has the same one for sudo.
      sudoPassword: async () => (await secrets.get(credentialNames.sudoPassword(server.id))) ?? secrets.get(credentialNames.password(server.id)),
      hostKeys: server.hostKeys,
    };
  };

  return {
    byId: (id) => found(servers.byId(id), id),
    byName,
    select: (selector) => resolveSelector(selector, servers.all()),
    resolveTarget: async (id) => target(found(servers.byId(id), id), [id]),
    authWith: (server, path) => authOf({ ...server, auth: { kind: 'key', path } }),
    publicKeyOf: async (id) => {
      const { auth } = found(servers.byId(id), id);
      return auth.kind === 'key' ? readPublicKey(`${keyPath(auth.path)}.pub`) : null;
    },
  };
}

/** A proxy command is only for the laptop's own `ssh`: where there is one, that is used. */
function systemSshOf({ ssh }: Server): Pick<RemoteTarget, 'systemSsh'> {
  if (ssh?.proxyCommand !== undefined) return { systemSsh: { proxyCommand: ssh.proxyCommand } };
  return ssh?.transport === 'system' ? { systemSsh: {} } : {};
}

async function readPublicKey(path: string): Promise<string | null> {
  try {
    const [line = ''] = (await readFile(path, 'utf8')).split('\n');
    return line.trim() === '' ? null : line.trim();
  } catch {
    // The private key may be there alone; whoever needs the public one asks for it.
    return null;
  }
}
