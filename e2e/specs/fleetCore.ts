import { join } from 'node:path';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { FleetServer } from '../fleet/testFleet.ts';

/** Stacks over the real engine, database and SSH, with several servers of the fleet: selectors are names with commas between. */
export interface FleetCore {
  stacks: StacksService;
  operations: Operations;
  close(): Promise<void>;
}

/** Opens one over servers that are up. */
export async function openFleetCore(directory: string, servers: readonly FleetServer[]): Promise<FleetCore> {
  const database = openDatabase({ directory });
  const mask = new SecretMask();
  const log = () => {};
  const targets = new Map<string, RemoteTarget>();
  for (const server of servers) {
    const hostKeys = [{ type: 'ssh-ed25519', fingerprint: await server.hostKeyFingerprint() }];
    targets.set(`srv_${server.name}`, {
      ...{ serverId: `srv_${server.name}` as ServerId, name: server.name, host: server.host, port: server.port, user: server.user, jump: null, hostKeys },
      auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
      sudo: 'nopasswd',
      sudoPassword: async () => null,
    });
  }
  const resolve = async (id: ServerId) => {
    const target = targets.get(id);
    if (target === undefined) throw new Error(`there is no server ${id}`);
    return target;
  };
  const remote = openRemote({ resolve, knownHostsFiles: [], agentSocket: null, log });
  const operations = createOperations({ database, directory, remoteServer: (id) => remote.server(id), log, mask });
  const selectServers = async (selector: string) =>
    servers
      .filter(({ name }) => selector.split(',').includes(name))
      .map(({ name, host }) => ({ id: `srv_${name}` as ServerId, name, host, environment: 'staging' }) as Server);
  const kept = new Map<string, string>();
  const secrets = { get: async (name: string) => kept.get(name) ?? null, set: async (name: string, value: string) => void kept.set(name, value) };
  const stacksDirectory = join(import.meta.dirname, '../../resources/stacks');
  const stacks = createStacksService({
    ...{ database, stacksDirectory, operations, selectServers, secrets },
    mask: (text) => mask.text(text),
    remote: (id) => remote.server(id),
    who: () => 'Ada',
    gatePollMs: 500,
    soakS: () => 0,
  });
  return {
    ...{ stacks, operations },
    async close() {
      await operations.close();
      await remote.close();
      database.close();
    },
  };
}
