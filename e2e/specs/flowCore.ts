import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { keyFileKeystore } from '../../src/main/features/secrets/keystores.ts';
import { createSecretsService, type SecretsService } from '../../src/main/features/secrets/secretsService.ts';
import { openProjectStore } from '../../src/main/features/stacks/projects/projectStore.ts';
import { createProjectsService, type ProjectsService } from '../../src/main/features/stacks/projects/projectsService.ts';
import { createStackSecretsService, type StackSecretsService } from '../../src/main/features/stacks/secrets/stackSecretsService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createWorkflowsService, type WorkflowsService } from '../../src/main/features/workflows/workflowsService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { Remote, RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { FleetServer } from '../fleet/testFleet.ts';

/** Workflows and stacks over the real engine, database and SSH, with one server of the fleet as the whole inventory. */
export interface FlowCore {
  workflows: WorkflowsService;
  stacks: StacksService;
  projects: ProjectsService;
  secrets: SecretsService;
  stackSecrets: StackSecretsService;
  operations: Operations;
  remote: Remote;
  /** Resolves when the operation is over. */
  finish(started: Promise<Operation>): Promise<Operation>;
  output(id: OperationId): Promise<string>;
  /** Ends this life of the core as a quit does; work on the server goes on. */
  close(): Promise<void>;
}

const resources = join(import.meta.dirname, '../../resources');
const serverId = 'srv_fleet' as ServerId;
let requests = 0;

/** A request id that was not used before. */
export function newRequest(): RequestId {
  requests += 1;
  return `request-${process.pid}-${requests}` as RequestId;
}

/** Opens one; the same directory again is the next life of the same core. */
export async function openFlowCore(directory: string, server: FleetServer, login: { user: string } = { user: server.user }): Promise<FlowCore> {
  const database = openDatabase({ directory });
  const fingerprint = await server.hostKeyFingerprint();
  const hostKeys = [{ type: 'ssh-ed25519', fingerprint }];
  const target: RemoteTarget = {
    ...{ serverId, name: server.name, host: server.host, port: server.port, user: login.user, jump: null, hostKeys },
    auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
    sudo: 'nopasswd',
    sudoPassword: async () => null,
  };
  const log = () => {};
  const mask = new SecretMask();
  const keystores = [keyFileKeystore(directory)];
  const secrets = createSecretsService({ database, keystores, nowMs: Date.now, opened: (value) => mask.add(value) });
  await secrets.openAll();
  const remote = openRemote({ resolve: async () => target, knownHostsFiles: [], agentSocket: null, log });
  const operations = createOperations({ database, directory, remoteServer: (id) => remote.server(id), log, mask });
  const selectServers = async (selector: string) => {
    if (selector !== server.name) throw new AppError('selector.no-match', { selector });
    return [{ id: serverId, name: server.name, environment: 'staging' } as Server];
  };
  const who = () => 'Ada';
  const workflows = createWorkflowsService({
    workflowsDirectory: join(resources, 'workflows'),
    operations,
    selectServers,
    publicKeyOf: () => readFile(`${server.keyFile}.pub`, 'utf8'),
    who,
  });
  const stacks = createStacksService({
    database,
    stacksDirectory: join(resources, 'stacks'),
    ownStacksDirectory: join(directory, 'stacks'),
    mask: (text) => mask.text(text),
    operations,
    selectServers,
    remote: (id) => remote.server(id),
    secrets,
    who,
    gatePollMs: 500,
    soakS: () => 1,
  });
  const projects = createProjectsService({
    store: openProjectStore(join(directory, 'stacks')),
    otherStacks: async () => (await stacks.catalog()).map(({ id }) => id),
    ...{ operations, selectServers, secrets, who, nowMs: Date.now },
    cells: stacks.cells,
    remote: (id) => remote.server(id),
    deployedOn: () => [],
  });
  const stackSecrets = createStackSecretsService({
    stack: (id) => stacks.source(id),
    ...{ secrets, operations, selectServers, who },
    cells: stacks.cells,
    remote: (id) => remote.server(id),
    deployed: () => [],
  });
  await operations.recover();
  return {
    ...{ workflows, stacks, projects, secrets, stackSecrets, operations, remote },
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

/** States of an operation's cells by step. */
export function cellStates(operation: Operation): Record<string, string> {
  return Object.fromEntries(operation.cells.map((cell) => [cell.stepId, cell.error === null ? cell.state : cell.error.code]));
}
