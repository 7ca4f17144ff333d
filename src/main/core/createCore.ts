import { randomUUID } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { RequestId } from '../../shared/model/ids.ts';
import type { NetworkVerdict } from '../../shared/model/network.ts';
import type { Database } from '../database/database.ts';
import type { Samples } from '../database/openSamples.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { createDemoFleet } from '../demo/demoFleet.ts';
import { accessHandlers } from '../features/access/accessHandlers.ts';
import { createAccessService } from '../features/access/accessService.ts';
import { activityHandlers } from '../features/activity/activityHandlers.ts';
import { backupActions } from '../features/backups/backupActions.ts';
import { backupsHandlers } from '../features/backups/backupsHandlers.ts';
import { catalogueHandlers } from '../features/catalogue/catalogueHandlers.ts';
import { openInstanceCatalogue } from '../features/catalogue/instanceCatalogue.ts';
import { demoHandlers } from '../features/demo/demoHandlers.ts';
import { createDemoService } from '../features/demo/demoService.ts';
import { documentsHandlers } from '../features/documents/documentsHandlers.ts';
import { createDocumentsService } from '../features/documents/documentsService.ts';
import { execHandlers } from '../features/exec/execHandlers.ts';
import { createExecService } from '../features/exec/execService.ts';
import { filesHandlers } from '../features/files/filesHandlers.ts';
import { createFilesService } from '../features/files/filesService.ts';
import { fitHandlers } from '../features/fit/fitHandlers.ts';
import { createFitService } from '../features/fit/fitService.ts';
import { groupsHandlers } from '../features/groups/groupsHandlers.ts';
import { createGroupsService } from '../features/groups/groupsService.ts';
import { approvalsHandlers, identityHandlers } from '../features/identity/identityHandlers.ts';
import { inventoryHandlers } from '../features/inventory/inventoryHandlers.ts';
import { createInventoryService } from '../features/inventory/inventoryService.ts';
import { createServerDirectory, keyPassphraseName } from '../features/inventory/serverDirectory.ts';
import { ServersRepo } from '../features/inventory/serversRepo.ts';
import { keysHandlers } from '../features/keys/keysHandlers.ts';
import { createKeysService } from '../features/keys/keysService.ts';
import { resourcesHandlers } from '../features/resources/resourcesHandlers.ts';
import { createResourcesService } from '../features/resources/resourcesService.ts';
import { schedulesHandlers, windowsHandlers } from '../features/schedules/schedulesHandlers.ts';
import { createWindowsService } from '../features/schedules/windowsService.ts';
import type { Keystore } from '../features/secrets/keystores.ts';
import { secretsHandlers } from '../features/secrets/secretsHandlers.ts';
import { createSecretsService } from '../features/secrets/secretsService.ts';
import { settingsHandlers } from '../features/settings/settingsHandlers.ts';
import { createSettingsService } from '../features/settings/settingsService.ts';
import { stackDay2Handlers } from '../features/stacks/day2/stackDay2Handlers.ts';
import { stackPlansHandlers } from '../features/stacks/plan/stackPlansHandlers.ts';
import { openProjectStore } from '../features/stacks/projects/projectStore.ts';
import { projectsHandlers } from '../features/stacks/projects/projectsHandlers.ts';
import { createProjectsService } from '../features/stacks/projects/projectsService.ts';
import { stackReleasesHandlers } from '../features/stacks/release/stackReleasesHandlers.ts';
import { stackLocksHandlers, stackTestsHandlers } from '../features/stacks/rollout/stackTestsHandlers.ts';
import { createStackTestsService } from '../features/stacks/rollout/stackTestsService.ts';
import { stackSecretsHandlers } from '../features/stacks/secrets/stackSecretsHandlers.ts';
import { createStackSecretsService } from '../features/stacks/secrets/stackSecretsService.ts';
import { stackLintHandlers } from '../features/stacks/stackLintHandlers.ts';
import { createStackLintService } from '../features/stacks/stackLintService.ts';
import { stacksHandlers } from '../features/stacks/stacksHandlers.ts';
import { createStacksService } from '../features/stacks/stacksService.ts';
import { readHolderPrograms } from '../features/terminals/holder/holderScript.ts';
import { serverShells } from '../features/terminals/serverShells.ts';
import { terminalsHandlers } from '../features/terminals/terminalsHandlers.ts';
import { createTerminalsService } from '../features/terminals/terminalsService.ts';
import { tunnelsHandlers } from '../features/tunnels/tunnelsHandlers.ts';
import { createTunnelsService } from '../features/tunnels/tunnelsService.ts';
import { workflowsHandlers } from '../features/workflows/workflowsHandlers.ts';
import { createWorkflowsService } from '../features/workflows/workflowsService.ts';
import { createOperations } from '../operations/createOperations.ts';
import { SecretMask } from '../operations/masking/secretMask.ts';
import { operationsHandlers } from '../operations/operationsHandlers.ts';
import { agentAddress } from '../remote/agentClient.ts';
import { openRemote } from '../remote/ssh2Remote.ts';
import { watchComputer } from '../remote/watchComputer.ts';
import { KeyedState } from '../rpc/keyedState.ts';
import { createRpcServer, type RpcServer } from '../transport/rpcServer.ts';
import { deploymentHandlers } from './deploymentHandlers.ts';
import { DeploymentView } from './deploymentView.ts';
import type { Log } from './fileLog.ts';
import { keepSamples } from './keepSamples.ts';
import { createStackActions } from './stackActions.ts';
import { systemHandlers } from './systemHandlers.ts';
import { type WiredAlerts, wireAlerts } from './wireAlerts.ts';
import { wireBackups } from './wireBackups.ts';
import { enginesHandlers, wireEngines } from './wireEngines.ts';
import { wireEvidence } from './wireEvidence.ts';
import { wireGuide } from './wireGuide.ts';
import { type WiredHealth, wireHealth } from './wireHealth.ts';
import { wireIncidents } from './wireIncidents.ts';
import { wireLedger } from './wireLedger.ts';
import { wireLogs } from './wireLogs.ts';
import { wireProbes } from './wireProbes.ts';
import { wireRecorder } from './wireRecorder.ts';
import { wireSchedules, withinWindows } from './wireSchedules.ts';

/** What a core is made of. */
export interface CoreOptions {
  /** Data directory; its lock is held by the caller. */
  directory: string;
  /** Folder of the shipped catalogue. */
  resources: string;
  database: Database;
  samples: Samples;
  readings: Readings;
  keystores: readonly Keystore[];
  environment: NodeJS.ProcessEnv;
  /** Servers are read in the background from the start; else once a window looks at the fleet. */
  background: boolean;
  log: Log;
}

/** The core: everything behind the contract. */
export interface Core {
  readonly rpc: RpcServer;
  /** Somebody is connected, something runs, or a connection is open that a person logged in for: not the moment to end. */
  busy(): boolean;
  close(): Promise<void>;
}

/**
 * Wires the features to each other and to what they stand on, takes up operations that an earlier core left open, and serves
 * the contract. Features know each other through the narrow ports given here, and in no other way.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { directory, resources, database, samples, readings, keystores, environment } = options;
  const mask = new SecretMask();
  const log: Log = (event, fields) => options.log(event, mask.data(fields));
  const nowMs = Date.now;
  const startedAtMs = nowMs();
  const homeDirectory = homedir();
  const settings = createSettingsService({ database, nowMs });
  const secrets = createSecretsService({ database, keystores, nowMs, opened: (value) => mask.add(value) });
  const who = () => settings.get().displayName;

  const servers = new ServersRepo(database);
  const serverDirectory = createServerDirectory({ servers, secrets, homeDirectory });
  const agentSocket = agentAddress(environment, process.platform);
  const remote = openRemote({
    resolve: (id) => serverDirectory.resolveTarget(id),
    knownHostsFiles: knownHostsFiles(homeDirectory),
    agentSocket,
    onHostKeys: (id, keys) => access.told(id, keys),
    log,
  });
  const network = new KeyedState<NetworkVerdict>();
  network.set('verdict', remote.network.verdict);
  remote.network.onChange((verdict) => {
    network.set('verdict', verdict);
    log('network.verdict', { ...verdict });
  });
  const stopWatching = watchComputer((why) => {
    log('computer.woke', { why });
    remote.wake();
  });
  const windows = createWindowsService({ database, servers: () => servers.all(), who, nowMs });
  const operations = createOperations({ database, directory, remoteServer: (id) => remote.server(id), log, mask });
  const ledger = wireLedger({
    ...{ database, directory, secrets, operations, remote, mask, servers, who, nowMs, log },
    select: (selector) => serverDirectory.select(selector),
  });

  const stacks = createStacksService({
    database,
    keptReleases: () => settings.get().keptReleases ?? 5,
    stacksDirectory: join(resources, 'stacks'),
    ownStacksDirectory: join(directory, 'stacks'),
    operations: withinWindows(operations, windows, (id) => serverDirectory.byId(id)),
    margins: () => {
      const { firstTokenMarginPercent: firstTokenPercent = 25, tokensPerSecondMarginPercent: tokensPerSPercent = 15 } = settings.get();
      return { firstTokenPercent, tokensPerSPercent };
    },
    soakS: () => settings.get().soakS ?? 20,
    selectServers: async (selector) => serverDirectory.select(selector),
    remote: (id) => remote.server(id),
    facts: (id) => servers.facts(id),
    seenPorts: (id) => deployments.ports(id),
    secrets,
    mask: (text) => mask.text(text),
    who,
  });
  const projects = createProjectsService({
    store: openProjectStore(join(directory, 'stacks')),
    otherStacks: async () => (await stacks.catalog()).map(({ id }) => id),
    operations,
    cells: stacks.cells,
    selectServers: async (selector) => serverDirectory.select(selector),
    remote: (id) => remote.server(id),
    secrets,
    deployedOn: (id) => servers.all().flatMap((server) => (deployments.of(server.id).some(({ stackId }) => stackId === id) ? [server.name] : [])),
    who,
    nowMs,
  });
  const stackTests = createStackTestsService({ selectServers: async (selector) => serverDirectory.select(selector), remote: (id) => remote.server(id), who });
  const deployments = new DeploymentView({
    database,
    operations,
    status: (selector) => stacks.status({ selector }),
    onChanged: (id) => {
      inventory.refresh(id);
      probes.service.deploymentsChanged(id);
    },
    nowMs,
    log,
  });
  const stackSecrets = createStackSecretsService({
    stack: (id) => stacks.source(id),
    secrets,
    cells: stacks.cells,
    operations,
    selectServers: async (selector) => serverDirectory.select(selector),
    remote: (id) => remote.server(id),
    deployed: () =>
      deployments
        .inventory(servers.all())
        .flatMap(({ serverName, stackId, release }) => (stackId === null || release === null ? [] : [{ serverName, stackId, release }])),
    who,
  });
  const stackLint = createStackLintService({
    trapsFile: join(resources, 'traps', 'traps.yaml'),
    source: (id) => stacks.source(id),
    rendered: (request) => stacks.rendered(request),
    selectServers: async (selector) => serverDirectory.select(selector),
    facts: (id) => servers.facts(id),
    ports: (id) => deployments.ports(id),
  });
  const serversChanged = new Set<() => void>();
  const inventory = createInventoryService({
    database,
    servers,
    directory: serverDirectory,
    secrets,
    remote,
    operations,
    vitalsIntervalMs: () => settings.get().vitalsIntervalS * 1000,
    stacks: (id) => deployments.of(id),
    samples: (id, vitals) => samples.append(id, vitals),
    onServers: () => serversChanged.forEach((listener) => void listener()),
    // A window that comes to a core that a command started makes it one that is there to watch.
    onWatched: () => beginBackground(),
    who,
    homeDirectory,
    localUser: userInfo().username,
    nowMs,
    log,
  });
  const fit = createFitService({
    tiersFile: join(resources, 'tiers', 'tiers.yaml'),
    select: (selector) => serverDirectory.select(selector),
    facts: (id) => servers.facts(id),
    stack: (id) => stacks.show(id),
  });
  settings.onChange(() => inventory.refresh());
  const stopSamples = keepSamples(samples, (series) => inventory.remember(series), { nowMs, log });
  const exec = createExecService({ operations, select: (selector) => serverDirectory.select(selector), who, log });
  const files = createFilesService({
    database,
    operations,
    byName: (name) => serverDirectory.byName(name),
    select: (selector) => serverDirectory.select(selector),
    remote: (server) => remote.server(server.id),
    homeDirectory,
    who,
    nowMs,
  });
  const openSecret = async (name: string) => {
    const value = await secrets.get(name);
    if (value === null) throw new AppError('secret.not-found', { name });
    return value;
  };
  const backups = wireBackups({
    ...{ database, operations, who, nowMs, allServers: () => servers.all(), remote: (id) => remote.server(id) },
    stack: (id) => stacks.show(id),
    secret: (name) => secrets.get(name),
    selectServers: async (selector) => serverDirectory.select(selector),
    serverByName: (name) => serverDirectory.byName(name),
    deployed: (id) => deployments.of(id).map(({ stackId }) => stackId),
  });
  const workflows = createWorkflowsService({
    directories: { shipped: [join(resources, 'workflows'), join(resources, 'runbooks')], own: [join(directory, 'workflows')] },
    operations,
    facts: (id) => servers.facts(id),
    server: (id) => serverDirectory.byId(id),
    switchLogin: async (id, user) => {
      const { name } = serverDirectory.byId(id);
      await inventory.changes.edit({ requestId: randomUUID() as RequestId, name, fields: { user, sudo: 'nopasswd' }, confirm: name });
    },
    openSecret,
    stackAction: createStackActions({
      ...{ stacks, tests: stackTests, lint: stackLint, fit, operations, remote: (id) => remote.server(id) },
      openSecret,
      backups: backupActions(backups),
    }),
    checkApproval: ledger.checkApproval,
    maintenance: windows,
    ...{ stackIds: async () => (await stacks.catalog()).map(({ id }) => id), remote: (id) => remote.server(id) },
    selectServers: async (selector) => serverDirectory.select(selector),
    publicKeyOf: (id) => serverDirectory.publicKeyOf(id),
    who,
  });
  const schedules = wireSchedules({ database, resources, servers: () => servers.all(), workflows, operations, who, nowMs, log });
  const terminals = createTerminalsService({
    ...{ database, recordings: join(directory, 'recordings'), nowMs, log },
    shells: serverShells({ remote: ({ id }) => remote.server(id), programs: readHolderPrograms(resources) }),
    serverByName: (name) => serverDirectory.byName(name),
    serverById: (id) => servers.byId(id) ?? null,
  });

  const tunnels = createTunnelsService({
    database,
    byName: (name) => serverDirectory.byName(name),
    byId: (id) => servers.byId(id),
    remote: (id) => remote.server(id),
    listening: (id) => servers.facts(id)?.ports ?? [],
    nowMs,
    log,
  });

  const access = createAccessService({
    byName: (name) => serverDirectory.byName(name),
    remote,
    rotate: (request) => inventory.changes.rotate(request),
    nowMs,
  });

  const keys = createKeysService({
    directory: join(directory, 'keys'),
    operations,
    remote,
    byName: (name) => serverDirectory.byName(name),
    byId: (id) => serverDirectory.byId(id),
    all: () => servers.all(),
    select: (selector) => serverDirectory.select(selector),
    authWith: (server, path) => serverDirectory.authWith(server, path),
    switchToKey: async (server, path) => {
      const further = server.auth.kind === 'key' ? [server.auth.path, ...(server.auth.others ?? [])].filter((other) => other !== path) : [];
      const auth = { kind: 'key' as const, path, ...(further.length === 0 ? {} : { others: further.slice(0, 8) }) };
      await inventory.changes.edit({ requestId: randomUUID() as RequestId, name: server.name, fields: { auth }, confirm: server.name });
    },
    keepPassphrase: (path, passphrase) => secrets.set(keyPassphraseName(path), passphrase),
    who,
  });

  const groups = createGroupsService({
    database,
    servers: () => servers.all(),
    select: (selector) => serverDirectory.select(selector),
    label: (request) => inventory.changes.label(request),
    nowMs,
  });
  const cloudResources = createResourcesService({ database, servers: () => servers.all(), nowMs });
  const documents = createDocumentsService({ database, servers: () => servers.all(), who, nowMs });

  const demo = createDemoService({
    fleet: createDemoFleet({ directory: join(directory, 'demo'), resourcesDirectory: resources, log }),
    inventory: {
      putDemo: (fields, hostKeys) => inventory.changes.putDemo(fields, hostKeys),
      removeDemo: () => inventory.changes.removeDemo(),
      demoCount: () => inventory.list().filter((server) => server.demo).length,
    },
    log,
  });

  const { evidence, handlers: evidenceParts } = wireEvidence({ database, directory, resources, operations, mask: (text) => mask.text(text), who, nowMs });

  const incidents = wireIncidents({
    ...{ database, operations, workflows, activity: ledger.activity, who, nowMs },
    select: (selector) => serverDirectory.select(selector),
    server: (id) => servers.byId(id),
  });

  const engines = wireEngines({ resources, remote, health: () => health, nowMs, log });
  const health: WiredHealth = wireHealth({
    engines,
    ...{ resources, remote, readings, database, settings, operations, openSecret, nowMs, log },
    servers: () => servers.all(),
    nameOf: (id) => servers.byId(id)?.name ?? null,
    onServers: (listener) => {
      serversChanged.add(listener);
      return () => serversChanged.delete(listener);
    },
    mask: (text) => mask.text(text),
    incidents: () => incidents.service.list({}),
    alerts: (fromMs) => alerts.marks(fromMs),
    select: (selector) => serverDirectory.select(selector),
    facts: (id) => servers.facts(id),
  });
  const recorder = wireRecorder({
    ...{ resources, operations, remote, readings, feed: health.feed, who, nowMs, log },
    select: (selector) => serverDirectory.select(selector),
  });
  const probes = wireProbes({
    ...{ database, resources, remote, health, nowMs, log },
    servers: () => servers.all(),
    select: (selector) => serverDirectory.select(selector),
    secret: (name) => secrets.get(name),
    deployed: (id) => deployments.of(id),
  });

  const alerts: WiredAlerts = await wireAlerts({
    ...{ database, resources, remote, readings, windows, workflows, secrets, who, nowMs, log },
    ...{ feed: health.feed, incidents: incidents.service, mask: (text) => mask.text(text), servers: () => servers.all() },
    facts: (id) => servers.facts(id),
    stacks: (id) => deployments.of(id),
    containers: (id) => deployments.containers(id),
    engines: (wanted) => engines.list(wanted),
    probes: (id) => probes.service.list(new Set([id])),
  });

  const router = {
    system: systemHandlers({ directory, startedAtMs, homeDirectory, sshAgent: agentSocket !== null, who, nowMs, network }),
    servers: inventoryHandlers(inventory),
    fit: fitHandlers(fit),
    access: accessHandlers(access),
    guide: wireGuide({ database, inventory, deployments, fit, operations, nowMs }),
    keys: keysHandlers(keys),
    exec: execHandlers(exec),
    files: filesHandlers(files),
    operations: operationsHandlers(operations, database, who, nowMs),
    ...evidenceParts,
    terminals: terminalsHandlers(terminals),
    logs: wireLogs({
      resources,
      select: (selector) => serverDirectory.select(selector),
      remote: (id) => remote.server(id),
      mask: (text) => mask.text(text),
      nowMs,
    }),
    health: { ...health.handlers, ...enginesHandlers(engines, health.service, (selector) => serverDirectory.select(selector)) },
    probes: probes.handlers,
    recorder: recorder.handlers,
    alerts: alerts.handlers,
    sharing: health.sharing,
    tunnels: tunnelsHandlers(tunnels),
    workflows: workflowsHandlers(workflows, join(directory, 'workflows')),
    schedules: schedulesHandlers(schedules.service),
    windows: windowsHandlers(windows),
    stacks: {
      ...stacksHandlers(stacks),
      ...deploymentHandlers(deployments, { all: () => servers.all(), select: (selector) => serverDirectory.select(selector) }),
    },
    backups: backupsHandlers(backups),
    stackPlans: stackPlansHandlers(stacks.plans),
    stackDay2: stackDay2Handlers(stacks.day2),
    stackReleases: stackReleasesHandlers(stacks),
    projects: projectsHandlers(projects),
    stackTests: stackTestsHandlers(stackTests),
    stackLocks: stackLocksHandlers(stackTests),
    lint: stackLintHandlers(stackLint),
    demo: demoHandlers(demo),
    groups: groupsHandlers(groups),
    resources: resourcesHandlers(cloudResources),
    documents: documentsHandlers(documents),
    catalogue: catalogueHandlers(openInstanceCatalogue(join(resources, 'catalogue', 'instances.yaml'))),
    settings: settingsHandlers(settings),
    identity: identityHandlers(ledger.identity),
    approvals: approvalsHandlers(ledger.approvals),
    activity: activityHandlers(ledger.activity),
    incidents: incidents.handlers,
    secrets: { ...secretsHandlers(secrets, (name) => stackSecrets.usesOf(name)), ...stackSecretsHandlers(stackSecrets) },
  };
  let isBackground = false;
  const beginBackground = () => {
    if (isBackground) return;
    isBackground = true;
    recorder.begin();
    health.begin();
    probes.service.start();
    alerts.service.start();
  };
  const rpc = createRpcServer(router, log, ledger.witness);
  // What comes back from servers is masked from the first byte on.
  await secrets.openAll();
  await ledger.identity.open().catch((error: unknown) => log('identity.locked', { error: String(error) }));
  // Demo servers come first: what an earlier core left open may be running on them.
  await demo.resume();
  ledger.activity.resume();
  await operations.recover();
  await evidence.sweep();
  schedules.start();
  await tunnels.resume();
  if (options.background) beginBackground();

  // What a person had to log in for cannot be had again without that person.
  const holdsLogin = () =>
    servers.all().some(({ id }) =>
      remote
        .server(id)
        .connections()
        .some(({ lane }) => lane === 'person'),
    );

  return {
    rpc,
    busy: () => rpc.clients > 0 || operations.list({ open: true, limit: 1 }).length > 0 || holdsLogin() || tunnels.busy(),
    async close() {
      stopWatching();
      stopSamples();
      schedules.stop();
      terminals.dispose();
      tunnels.close();
      await alerts.service.close();
      recorder.close();
      probes.service.close();
      engines.close();
      await health.close();
      inventory.close();
      await operations.close();
      await ledger.activity.close();
      await remote.close();
      await demo.close();
    },
  };
}

/** Where OpenSSH looks for known hosts: the person's files, then the computer's. */
function knownHostsFiles(homeDirectory: string): string[] {
  const names = ['known_hosts', 'known_hosts2'];
  return [...names.map((name) => join(homeDirectory, '.ssh', name)), ...names.map((name) => join('/etc/ssh', `ssh_${name}`))];
}
