import type { Database } from '../../src/main/database/database.ts';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { Remote, RemotePorts, RemoteServer, RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { FleetServer } from '../fleet/testFleet.ts';

/** The real engine, database and SSH, with servers of the fleet as the inventory: what features of a spec stand on. */
export interface FleetFoundation {
  database: Database;
  operations: Operations;
  remote(id: ServerId): RemoteServer;
  mask: SecretMask;
  /** The servers, of staging. */
  all: Server[];
  /** Selectors are names with commas between. */
  selectServers(selector: string): Promise<Server[]>;
  /** Secrets in memory, the given ones to begin with. */
  secrets: { get(name: string): Promise<string | null>; set(name: string, value: string): Promise<void>; unset(name: string): Promise<void> };
  close(): Promise<void>;
}

/** How a spec's foundation differs. */
export interface FleetFoundationOptions {
  /** Stored secrets by name; they are masked. */
  secrets?: Readonly<Record<string, string>>;
  times?: RemotePorts['times'];
}

/** Opens one over servers that are up; the same directory again is the next life of the same core. */
export async function openFleetFoundation(
  directory: string,
  servers: readonly FleetServer[],
  { secrets = {}, times }: FleetFoundationOptions = {},
): Promise<FleetFoundation> {
  const database = openDatabase({ directory });
  const mask = new SecretMask();
  for (const value of Object.values(secrets)) mask.add(value);
  const targets = new Map<ServerId, RemoteTarget>();
  for (const server of servers) targets.set(idOf(server.name), await targetOf(server));
  const resolve = async (id: ServerId) => {
    const target = targets.get(id);
    if (target === undefined) throw new Error(`there is no server ${id}`);
    return target;
  };
  const log = () => {};
  const opened: Remote = openRemote({ resolve, knownHostsFiles: [], agentSocket: null, log, ...(times === undefined ? {} : { times }) });
  const remote = (id: ServerId) => opened.server(id);
  const operations = createOperations({ database, directory, remoteServer: remote, log, mask });
  const all = servers.map(({ name, host, port }) => ({ id: idOf(name), name, host, port, environment: 'staging' }) as Server);
  const kept = new Map(Object.entries(secrets));
  return {
    ...{ database, operations, remote, mask, all },
    async selectServers(selector) {
      const found = all.filter(({ name }) => selector.split(',').includes(name));
      if (found.length === 0) throw new AppError('selector.no-match', { selector });
      return found;
    },
    secrets: {
      get: async (name) => kept.get(name) ?? null,
      set: async (name, value) => void kept.set(name, value),
      unset: async (name) => void kept.delete(name),
    },
    async close() {
      await operations.close();
      await opened.close();
      database.close();
    },
  };
}

const idOf = (name: string) => `srv_${name}` as ServerId;

async function targetOf(server: FleetServer): Promise<RemoteTarget> {
  const { name, host, port, user, keyFile } = server;
  return {
    ...{ serverId: idOf(name), name, host, port, user, jump: null },
    hostKeys: [{ type: 'ssh-ed25519', fingerprint: await server.hostKeyFingerprint() }],
    auth: { kind: 'key', path: keyFile, passphrase: async () => null },
    sudo: 'nopasswd',
    sudoPassword: async () => null,
  };
}
