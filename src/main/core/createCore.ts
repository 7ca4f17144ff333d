import { join } from 'node:path';
import { activityHandlers } from '../features/activity/activityHandlers.ts';
import { catalogueHandlers } from '../features/catalogue/catalogueHandlers.ts';
import { openInstanceCatalogue } from '../features/catalogue/instanceCatalogue.ts';
import { fitHandlers } from '../features/fit/fitHandlers.ts';
import { createFitService } from '../features/fit/fitService.ts';
import { approvalsHandlers, identityHandlers } from '../features/identity/identityHandlers.ts';
import { settingsHandlers } from '../features/settings/settingsHandlers.ts';
import { operationsHandlers } from '../operations/operationsHandlers.ts';
import { createRpcServer, type RpcServer } from '../transport/rpcServer.ts';
import { type CoreOptions, type Foundation, openFoundation } from './openFoundation.ts';
import { systemHandlers } from './systemHandlers.ts';
import { wireEvidence } from './wireEvidence.ts';
import { wireGuide } from './wireGuide.ts';
import { wireIncidents } from './wireIncidents.ts';
import { wireLedger } from './wireLedger.ts';
import { type WiredServers, wireServers } from './wireServers.ts';
import { wireServerTools } from './wireServerTools.ts';
import { type WiredStacks, wireStacks } from './wireStacks.ts';
import { type WiredWatching, wireWatching } from './wireWatching.ts';
import { wireWorkflows } from './wireWorkflows.ts';

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
  const startedAtMs = Date.now();
  const base = openFoundation(options, (id, keys) => servers.access.told(id, keys));
  const { directory, resources, database, operations, secrets, remote, network, select, mask, who, homeDirectory, hasSshAgent, nowMs, log } = base;
  const ledger = wireLedger({ database, directory, secrets, operations, remote, mask: base.secretMask, servers: base.servers, select, who, nowMs, log });
  const stacks: WiredStacks = wireStacks(base, (id) => {
    servers.inventory.refresh(id);
    watching.probes.deploymentsChanged(id);
  });
  const { deployments } = stacks;
  const servers: WiredServers = wireServers(base, {
    stacks: (id) => deployments.of(id),
    figures: {
      watch: (wanted, intervalS) => watching.figures.watch(wanted, intervalS),
      intervalS: (id) => watching.figures.intervalS(id),
      poke: (id) => watching.figures.poke(id),
    },
    // A window that comes to a core that a command started makes it one that is there to watch.
    onWatched: () => watching.begin(),
  });
  const { inventory } = servers;
  const fit = createFitService({
    tiersFile: join(resources, 'tiers', 'tiers.yaml'),
    select,
    facts: (id) => base.servers.facts(id),
    stack: (id) => stacks.stacks.show(id),
  });
  const tools = wireServerTools(base);
  const work = wireWorkflows(base, { stacks, fit, inventory, checkApproval: ledger.checkApproval });
  const { workflows } = work;
  const { evidence, handlers: evidenceHandlers } = wireEvidence({ database, directory, resources, operations, mask, who, nowMs });
  const incidents = wireIncidents({
    ...{ database, operations, workflows, activity: ledger.activity, select, who, nowMs },
    server: (id) => base.servers.byId(id),
  });
  const { onServers } = servers;
  const watching: WiredWatching = await wireWatching(base, { deployments, workflows, inventory, incidents: incidents.service, onServers });

  const router = {
    system: systemHandlers({ directory, startedAtMs, homeDirectory, sshAgent: hasSshAgent, who, nowMs, network, beginWatching: () => watching.begin() }),
    settings: settingsHandlers(base.settings),
    catalogue: catalogueHandlers(openInstanceCatalogue(join(resources, 'catalogue', 'instances.yaml'))),
    operations: operationsHandlers(operations, database, who, nowMs),
    identity: identityHandlers(ledger.identity),
    approvals: approvalsHandlers(ledger.approvals),
    activity: activityHandlers(ledger.activity),
    ...servers.handlers,
    fit: fitHandlers(fit),
    guide: wireGuide({ database, inventory, deployments, fit, operations, nowMs }),
    ...tools.handlers,
    ...stacks.handlers,
    ...work.handlers,
    ...evidenceHandlers,
    incidents: incidents.handlers,
    ...watching.handlers,
  };
  const rpc = createRpcServer(router, log, ledger.witness);
  // What comes back from servers is masked from the first byte on.
  await secrets.openAll();
  await ledger.identity.open().catch((error: unknown) => log('identity.locked', { error: String(error) }));
  // Demo servers come first: what an earlier core left open may be running on them.
  await servers.demo.resume();
  ledger.activity.resume();
  await operations.recover();
  await evidence.sweep();
  work.schedules.start();
  await tools.tunnels.resume();
  if (options.background) watching.begin();

  return {
    rpc,
    busy: () => rpc.clients > 0 || operations.list({ open: true, limit: 1 }).length > 0 || holdsLogin(base) || tools.tunnels.busy(),
    async close() {
      base.stopWatchingComputer();
      work.schedules.stop();
      tools.close();
      await watching.close();
      servers.close();
      await operations.close();
      await ledger.activity.close();
      await remote.close();
      await servers.demo.close();
    },
  };
}

/** What a person had to log in for cannot be had again without that person. */
function holdsLogin({ servers, remoteOf }: Foundation): boolean {
  return servers.all().some(({ id }) =>
    remoteOf(id)
      .connections()
      .some(({ lane }) => lane === 'person'),
  );
}
