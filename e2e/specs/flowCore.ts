import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { factsScript, factsTimeoutMs } from '../../src/main/commands/factsScript.ts';
import { parseFacts } from '../../src/main/commands/parseFacts.ts';
import { createStackActions } from '../../src/main/core/stackActions.ts';
import { wireBackups } from '../../src/main/core/wireBackups.ts';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { backupActions } from '../../src/main/features/backups/backupActions.ts';
import { createFitService } from '../../src/main/features/fit/fitService.ts';
import { keyFileKeystore } from '../../src/main/features/secrets/keystores.ts';
import { createSecretsService, type SecretsService } from '../../src/main/features/secrets/secretsService.ts';
import { openProjectStore } from '../../src/main/features/stacks/projects/projectStore.ts';
import { createProjectsService, type ProjectsService } from '../../src/main/features/stacks/projects/projectsService.ts';
import { createStackTestsService } from '../../src/main/features/stacks/rollout/stackTestsService.ts';
import { createStackSecretsService, type StackSecretsService } from '../../src/main/features/stacks/secrets/stackSecretsService.ts';
import { createStackLintService } from '../../src/main/features/stacks/stackLintService.ts';
import { createStacksService, type StacksService } from '../../src/main/features/stacks/stacksService.ts';
import { createWorkflowsService, type WorkflowsService } from '../../src/main/features/workflows/workflowsService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { SecretMask } from '../../src/main/operations/masking/secretMask.ts';
import type { Operations } from '../../src/main/operations/operations.ts';
import type { Remote, RemoteTarget } from '../../src/main/remote/remote.ts';
import { openRemote } from '../../src/main/remote/ssh2Remote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Facts } from '../../src/shared/model/facts.ts';
import type { OperationId, ServerId } from '../../src/shared/model/ids.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { Server } from '../../src/shared/model/server.ts';
import { recordExecuted } from '../fleet/support/executedCommands.ts';
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
  /** Reads what conditions, lint and fit look at; until then nothing is known. */
  readFacts(): Promise<Facts>;
  /** Resolves when the operation is over. */
  finish(started: Promise<Operation>): Promise<Operation>;
  output(id: OperationId): Promise<string>;
  /** Ends this life of the core as a quit does; work on the server goes on. */
  close(): Promise<void>;
}

const resources = join(import.meta.dirname, '../../resources');
const serverId = 'srv_fleet' as ServerId;

/** What a test sees of the core's insides. */
export interface FlowCoreOptions {
  /** Told of every write to the journal, with the engine that writes. */
  journalHook?: (when: 'before' | 'after', what: string, operations: Operations) => void;
}

/** Opens one; the same directory again is the next life of the same core, by the login that a step may have switched to. */
export async function openFlowCore(
  directory: string,
  server: FleetServer,
  login: { user: string } = { user: server.user },
  { journalHook }: FlowCoreOptions = {},
): Promise<FlowCore> {
  const database = openDatabase({ directory });
  const fingerprint = await server.hostKeyFingerprint();
  const hostKeys = [{ type: 'ssh-ed25519', fingerprint }];
  const target: RemoteTarget = {
    ...{
      serverId,
      name: server.name,
      host: server.host,
      port: server.port,
      user: await readFile(join(directory, 'login'), 'utf8').catch(() => login.user),
      jump: null,
      hostKeys,
    },
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
  const operations: Operations = createOperations({
    ...{ database, directory, remoteServer: (id) => remote.server(id), log, mask },
    ...(journalHook !== undefined && { journalHook: (when: 'before' | 'after', what: string) => journalHook(when, what, operations) }),
  });
  const selectServers = async (selector: string) => {
    if (selector !== server.name) throw new AppError('selector.no-match', { selector });
    return [{ id: serverId, name: server.name, environment: 'staging' } as Server];
  };
  const who = () => 'Ada';
  let facts: Facts | null = null;
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
  const lint = createStackLintService({
    ...{ trapsFile: join(resources, 'traps/traps.yaml'), selectServers, facts: () => facts, ports: () => null },
    source: (id) => stacks.source(id),
    rendered: (request) => stacks.rendered(request),
  });
  const fit = createFitService({
    ...{ tiersFile: join(resources, 'tiers/tiers.yaml'), facts: () => facts, stack: (id) => stacks.show(id) },
    select: () => [{ id: serverId, name: server.name, environment: 'staging' } as Server],
  });
  const openSecret = async (name: string) => (await secrets.get(name)) ?? '';
  const inventory = { ...server, id: serverId, environment: 'staging' } as unknown as Server;
  const backups = wireBackups({
    ...{ database, operations, who, selectServers, nowMs: Date.now, remote: (id) => remote.server(id) },
    stack: (id) => stacks.show(id),
    secret: (name) => secrets.get(name),
    serverByName: () => inventory,
    allServers: () => [inventory],
    deployed: () => [],
  });
  const workflows = createWorkflowsService({
    directories: { shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [join(directory, 'workflows')] },
    facts: () => facts,
    server: () => ({ ...server, id: serverId, environment: 'staging' }) as unknown as Server,
    switchLogin: async (_, user) => {
      await writeFile(join(directory, 'login'), user);
      target.user = user;
      remote.reset(serverId);
    },
    openSecret,
    stackAction: createStackActions({
      ...{ stacks, operations, remote: (id) => remote.server(id), openSecret },
      tests: createStackTestsService({ selectServers, remote: (id) => remote.server(id), who }),
      lint,
      fit,
      backups: backupActions(backups),
    }),
    checkApproval: async (_statement, { who: name }) => ({ name, key: 'SHA256:none' }),
    maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null },
    operations,
    stackIds: async () => (await stacks.catalog()).map(({ id }) => id),
    remote: (id) => remote.server(id),
    selectServers,
    publicKeyOf: () => readFile(`${server.keyFile}.pub`, 'utf8'),
    who,
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
  let closing: Promise<void> | undefined;
  return {
    ...{ workflows, stacks, projects, secrets, stackSecrets, operations, remote },
    async readFacts() {
      const { stdout } = await remote.server(serverId).exec({ script: factsScript, lane: 'control', timeoutMs: factsTimeoutMs });
      facts = parseFacts(stdout, { server: server.name, collectedAtMs: Date.now() });
      return facts;
    },
    finish: async (started) => operations.finished((await started).id),
    async output(id) {
      const { entries } = await operations.output(id, { afterSeq: -1, limit: 100_000 });
      return entries.map((entry) => entry.data).join('');
    },
    close() {
      closing ??= (async () => {
        for (const operation of operations.list({ kind: 'workflow', limit: 1000 })) await recordExecuted(operations, operation);
        await operations.close();
        await remote.close();
        database.close();
      })();
      return closing;
    },
  };
}

/** States of an operation's cells by step. */
export function cellStates(operation: Operation): Record<string, string> {
  return Object.fromEntries(operation.cells.map((cell) => [cell.stepId, cell.error === null ? cell.state : cell.error.code]));
}
