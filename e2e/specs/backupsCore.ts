import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStackActions } from '../../src/main/core/stackActions.ts';
import { wireBackups } from '../../src/main/core/wireBackups.ts';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { backupActions } from '../../src/main/features/backups/backupActions.ts';
import type { BackupsService } from '../../src/main/features/backups/backupsService.ts';
import { createFitService } from '../../src/main/features/fit/fitService.ts';
import { createStackTestsService } from '../../src/main/features/stacks/rollout/stackTestsService.ts';
import { createStackLintService } from '../../src/main/features/stacks/stackLintService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createWorkflowsService, type WorkflowsService } from '../../src/main/features/workflows/workflowsService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId, ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { FleetServer } from '../fleet/testFleet.ts';

/** Stacks, their backups and workflows over the real engine, database and SSH, with several servers of the fleet as the inventory. */
export interface BackupsCore {
  stacks: StacksService;
  backups: BackupsService;
  workflows: WorkflowsService;
  operations: Operations;
  finish(started: Promise<Operation>): Promise<Operation>;
  output(id: OperationId): Promise<string>;
  close(): Promise<void>;
}

const resources = join(import.meta.dirname, '../../resources');

/** Opens one; the same directory again is the next life of the same core. `secrets`: stored secrets by name. */
export async function openBackupsCore(
  directory: string,
  servers: readonly FleetServer[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<BackupsCore> {
  const database = openDatabase({ directory });
  const mask = new SecretMask();
  for (const value of Object.values(secrets)) mask.add(value);
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
    const fields = JSON.stringify({ name: server.name });
    const { query } = database;
    database.run(
      query
        .insertInto('servers')
        .values({ id: `srv_${server.name}`, fields, host_keys: '[]', demo: 0, created_at_ms: 1, updated_at_ms: 1 })
        .onConflict((conflict) => conflict.doNothing()),
    );
  }
  const resolve = async (id: ServerId) => {
    const target = targets.get(id);
    if (target === undefined) throw new Error(`there is no server ${id}`);
    return target;
  };
  const all = servers.map((server) => ({ ...serverOf(server), environment: 'staging' }) as unknown as Server);
  const remote = openRemote({ resolve, knownHostsFiles: [], agentSocket: null, log });
  const operations = createOperations({ database, directory, remoteServer: (id) => remote.server(id), log, mask });
  const selectServers = async (selector: string) => {
    const found = all.filter(({ name }) => selector.split(',').includes(name));
    if (found.length === 0) throw new AppError('selector.no-match', { selector });
    return found;
  };
  const kept = new Map<string, string>();
  const store = {
    get: async (name: string) => secrets[name] ?? kept.get(name) ?? null,
    set: async (name: string, value: string) => void kept.set(name, value),
  };
  const who = () => 'Ada';
  const stacks = createStacksService({
    ...{ database, stacksDirectory: join(resources, 'stacks'), ownStacksDirectory: join(directory, 'stacks'), operations, selectServers, secrets: store, who },
    mask: (text) => mask.text(text),
    remote: (id) => remote.server(id),
    gatePollMs: 300,
    soakS: () => 0,
  });
  const byName = (name: string) => {
    const found = all.find((server) => server.name === name);
    if (found === undefined) throw new AppError('server.not-found', { name });
    return found;
  };
  const backups = wireBackups({
    ...{ database, operations, who, nowMs: Date.now, selectServers, serverByName: byName, allServers: () => all },
    stack: (id) => stacks.show(id),
    secret: (name) => store.get(name),
    deployed: () => [],
    remote: (id) => remote.server(id),
  });
  const openSecret = async (name: string) => (await store.get(name)) ?? '';
  const known = { facts: () => null, ports: () => null };
  const workflows = createWorkflowsService({
    directories: { shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [] },
    stackIds: async () => (await stacks.catalog()).map(({ id }) => id),
    remote: (id) => remote.server(id),
    facts: () => null,
    server: (id) => byName(targets.get(id)?.name ?? ''),
    switchLogin: async () => {},
    openSecret,
    stackAction: createStackActions({
      ...{ stacks, operations, openSecret, remote: (id) => remote.server(id) },
      tests: createStackTestsService({ selectServers, remote: (id) => remote.server(id), who }),
      lint: createStackLintService({
        ...{
          ...known,
          trapsFile: join(resources, 'traps/traps.yaml'),
          selectServers,
          source: (id) => stacks.source(id),
          rendered: (request) => stacks.rendered(request),
        },
      }),
      fit: createFitService({ tiersFile: join(resources, 'tiers/tiers.yaml'), facts: () => null, stack: (id) => stacks.show(id), select: () => all }),
      backups: backupActions(backups),
    }),
    checkApproval: async (_statement, { who: name }) => ({ name, key: 'SHA256:none' }),
    maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null },
    operations,
    selectServers,
    publicKeyOf: async (id) => readFile(`${servers.find(({ name }) => `srv_${name}` === id)?.keyFile}.pub`, 'utf8'),
    who,
  });
  await operations.recover();
  return {
    ...{ stacks, backups, workflows, operations },
    finish: async (started) => operations.finished((await started).id),
    async output(id) {
      const { entries } = await operations.output(id, { afterSeq: -1, limit: 100_000 });
      return entries.map((entry) => entry.data).join('');
    },
    async close() {
      await operations.close();
      await remote.close();
      database.close();
    },
  };
}

function serverOf(server: FleetServer) {
  return { id: `srv_${server.name}`, name: server.name, host: server.host, port: server.port };
}
