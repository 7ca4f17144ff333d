import type { ServerId } from '../../shared/model/ids.ts';
import type { IncidentsService } from '../features/incidents/incidentsService.ts';
import type { FiguresPort } from '../features/inventory/fleetFigures.ts';
import type { InventoryService } from '../features/inventory/inventoryService.ts';
import type { WorkflowsService } from '../features/workflows/workflowsService.ts';
import { createReach } from '../remote/reach.ts';
import type { DeploymentView } from './deploymentView.ts';
import type { Foundation } from './openFoundation.ts';
import { type WiredAlerts, wireAlerts } from './wireAlerts.ts';
import { enginesHandlers, wireEngines } from './wireEngines.ts';
import { type WiredHealth, wireHealth } from './wireHealth.ts';
import { wireProbes } from './wireProbes.ts';
import { wireRecorder } from './wireRecorder.ts';

/** What watching knows beside servers. */
export interface WatchingWiring {
  deployments: DeploymentView;
  workflows: WorkflowsService;
  /** It shows of each server what was measured last. */
  inventory: Pick<InventoryService, 'measured'>;
  incidents: IncidentsService;
  /** Calls back when servers were added, left, or are filed otherwise, until the returned function is called. */
  onServers(listener: () => void): () => void;
}

/** All that watches servers, as the core holds it. */
export type WiredWatching = Awaited<ReturnType<typeof wireWatching>>;

/** Makes all that watches servers: engines, live health, recorders, probes and alerts. */
export async function wireWatching(base: Foundation, { deployments, workflows, inventory, incidents, onServers }: WatchingWiring) {
  const { resources, database, readings, settings, secrets, openSecret, operations, remote, windows, select, mask, who, nowMs, log } = base;
  const servers = () => base.servers.all();
  const facts = (id: ServerId) => base.servers.facts(id);
  const reach = createReach({ remote: (id) => remote.server(id), nameOf: (id) => base.servers.byId(id)?.name ?? id, nowMs });
  const engines = wireEngines({ resources, remote, reach, health: () => health, nowMs, log });
  const health: WiredHealth = wireHealth({
    ...{ engines, resources, remote, readings, database, settings, operations, openSecret, servers, onServers, select, facts, mask, nowMs, log },
    nameOf: (id) => base.servers.byId(id)?.name ?? null,
    incidents: () => incidents.list({}),
    alerts: (fromMs) => alerts.marks(fromMs),
  });
  const { feed } = health;
  feed.subscribe(inventory.measured);
  const figures: FiguresPort = {
    // Of the figures themselves the feed tells.
    watch: (wanted, intervalS) => health.service.watch(wanted, { intervalS, metrics: [] }),
    intervalS: (id) => health.service.intervalS(id),
    poke: (id) => health.service.poke(id),
  };
  const recorder = wireRecorder({
    ...{ resources, operations, remote, readings, feed, select, who, nowMs, log },
    filled: (id, moments) => alerts.service.judge.gaps.filled(id, moments),
  });
  const probes = wireProbes({
    ...{ database, resources, remote, reach, health, servers, select, nowMs, log },
    secret: (name) => secrets.get(name),
    deployed: (id) => deployments.of(id),
  });
  const alerts: WiredAlerts = await wireAlerts({
    ...{ database, resources, remote, readings, windows, workflows, secrets, feed, incidents, servers, facts, mask, who, nowMs, log },
    stacks: (id) => deployments.of(id),
    containers: (id) => deployments.containers(id),
    engines: (wanted) => engines.list(wanted),
    probes: (id) => probes.service.of(id),
  });
  let isBackground = false;
  return {
    figures,
    probes: probes.service,
    handlers: {
      health: { ...health.handlers, ...enginesHandlers(engines, health.service, select) },
      probes: probes.handlers,
      recorder: recorder.handlers,
      alerts: alerts.handlers,
      sharing: health.sharing,
    },
    /** Servers are read, judged and filled in from now on, watched by somebody or not. */
    begin() {
      if (isBackground) return;
      isBackground = true;
      recorder.begin();
      health.begin();
      probes.service.start();
      alerts.service.start();
    },
    /** Before the remote layer is closed. */
    async close() {
      await alerts.service.close();
      recorder.close();
      probes.service.close();
      engines.close();
      await health.close();
    },
  };
}
