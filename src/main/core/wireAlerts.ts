import { join } from 'node:path';
import type { AlertRecord } from '../../shared/model/alert.ts';
import type { Engine } from '../../shared/model/engine.ts';
import type { Facts } from '../../shared/model/facts.ts';
import type { HealthMark } from '../../shared/model/healthHistory.ts';
import type { RequestId, ServerId } from '../../shared/model/ids.ts';
import type { Probe } from '../../shared/model/probe.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { readAlertCatalogue } from '../features/alerts/alertCatalogue.ts';
import { alertsHandlers } from '../features/alerts/alertsHandlers.ts';
import type { MaintenanceSpan, SubjectInfo } from '../features/alerts/evaluator/evaluatorTypes.ts';
import type { AlertsPorts, ServerSituation } from '../features/alerts/service/alertsPorts.ts';
import { type AlertsService, createAlertsService } from '../features/alerts/service/alertsService.ts';
import type { HealthFeed } from '../features/health/feed/healthFeed.ts';
import type { IncidentsService } from '../features/incidents/incidentsService.ts';
import type { WindowsService } from '../features/schedules/windowsService.ts';
import type { SecretsService } from '../features/secrets/secretsService.ts';
import type { WorkflowsService } from '../features/workflows/workflowsService.ts';
import type { Remote } from '../remote/remote.ts';
import type { SeenContainer } from './deploymentView.ts';

/** What alerts are wired to. */
export interface AlertsWiring extends Pick<AlertsPorts, 'mask' | 'who' | 'nowMs' | 'log'> {
  database: Database;
  resources: string;
  servers(): readonly Server[];
  remote: Remote;
  feed: HealthFeed;
  readings: Readings;
  facts(id: ServerId): Facts | null;
  stacks(id: ServerId): readonly { stackId: string }[];
  containers(id: ServerId): readonly SeenContainer[];
  engines(servers: readonly { id: ServerId; name: string }[]): readonly Engine[];
  probes(server: ServerId): readonly Probe[];
  windows: WindowsService;
  incidents: IncidentsService;
  workflows: WorkflowsService;
  secrets: SecretsService;
}

/** Alerts as the core holds them. */
export interface WiredAlerts {
  service: AlertsService;
  handlers: ReturnType<typeof alertsHandlers>;
  /** Alerts that were open since a time, as marks of charts. */
  marks(fromMs: number): HealthMark[];
}

/** Of more alerts the newest are marked. */
const mostMarks = 500;

/** Makes the alerts over what the rest of the core knows; `service.start` begins to judge. */
export async function wireAlerts(wiring: AlertsWiring): Promise<WiredAlerts> {
  const { database, resources, servers, remote, feed, readings, windows, incidents, workflows, secrets, mask, who, nowMs, log } = wiring;
  const service = createAlertsService({
    ...{ database, servers, secrets, mask, who, nowMs, log },
    catalogue: await readAlertCatalogue(join(resources, 'alerts')),
    situation: (server) => situationOf(server, wiring),
    maintenance: (fromMs, untilMs) => windowsBetween(windows, servers(), fromMs, untilMs),
    network: () => remote.network.verdict,
    subscribe: (listener) => feed.subscribe(listener),
    runbooks: async () => (await workflows.list()).map(({ id }) => id),
    past: async ({ serverId, metric, ...range }) => {
      const series = (await readings.seriesOf(serverId)).filter((name) => name.metric === metric);
      if (series.length === 0) return { stepMs: 0, series: [] };
      const { stepMs, servers: found } = await readings.query({ serverId, series, ...range });
      return { stepMs, series: found[0]?.series ?? [] };
    },
    keep: (serverId, atMs, own) => readings.append(serverId as ServerId, atMs, own),
    openIncident: ({ requestId, ...request }) => incidents.open({ ...request, requestId: requestId as RequestId }),
  });
  return {
    service,
    handlers: alertsHandlers(service),
    marks: (fromMs) => service.list({ state: 'all', sinceMs: fromMs, limit: mostMarks }).alerts.map(markOf),
  };
}

function markOf({ id, title, severity, servers, raisedAtMs, endedAtMs }: AlertRecord): HealthMark {
  return { id, kind: 'alert', atMs: raisedAtMs, endMs: endedAtMs, title, state: severity, serverIds: servers.map((server) => server.id as ServerId) };
}

/** What is known of a server beside its record: its connection, and to what its containers, engines and probes belong. */
function situationOf(server: Server, { remote, facts, stacks, containers, engines, probes }: AlertsWiring): ServerSituation {
  const { id } = server;
  const known = facts(id);
  const found = engines([server]);
  const subjects: Record<string, SubjectInfo> = {};
  for (const { name, stackId } of containers(id)) subjects[`container:${name}`] = { stack: stackId };
  for (const { container, kind, stack } of found) {
    const own = stack ?? subjects[`container:${container}`]?.stack;
    subjects[`engine:${container}`] = { engine: kind, parent: `container:${container}`, ...(own === undefined ? {} : { stack: own }) };
  }
  for (const { id: probe, fields, state } of probes(id)) {
    const own = fields.stack === undefined ? {} : { stack: fields.stack };
    // One that somebody paused asks no more, so there is nothing to judge; one at its limit asks again tomorrow.
    if (state !== 'paused') subjects[`probe:${probe}`] = { title: fields.name, resting: state === 'limited', ...own };
  }
  return {
    connection: remote.state(id).state,
    stacks: stacks(id).map(({ stackId }) => stackId),
    engines: [...new Set(found.map(({ kind }) => kind))],
    hardware: known === null ? null : known.gpu.devices.length > 0 ? 'gpu' : 'cpu',
    zone: zoneOf(known),
    subjects,
  };
}

/** The zone of a server's clock, where it says one that is known here. */
function zoneOf(facts: Facts | null): string | null {
  const zone = facts?.time.zone ?? null;
  if (zone === null) return null;
  const before = zones.get(zone);
  if (before !== undefined) return before;
  let known: string | null = zone;
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    known = null;
  }
  zones.set(zone, known);
  return known;
}
const zones = new Map<string, string | null>();

/** Maintenance windows that were or are open between two moments. */
function windowsBetween(windows: WindowsService, servers: readonly Server[], fromMs: number, untilMs: number): MaintenanceSpan[] {
  const ids = new Map(servers.map(({ id, name }) => [name, id]));
  return windows.spans(fromMs, untilMs).map(({ servers: names, ...span }) => ({ ...span, serverIds: names.flatMap((name) => ids.get(name) ?? []) }));
}
