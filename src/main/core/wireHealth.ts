import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Facts } from '../../shared/model/facts.ts';
import type { HealthMark } from '../../shared/model/healthHistory.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { createHealthService, type HealthService } from '../features/health/collect/healthService.ts';
import { SharedTurn } from '../features/health/collect/sharedTurn.ts';
import { busOf } from '../features/health/collector/parseGpuRows.ts';
import type { EnginesService } from '../features/health/engines/enginesService.ts';
import { createHealthFeed, type HealthFeed } from '../features/health/feed/healthFeed.ts';
import { healthHandlers } from '../features/health/healthHandlers.ts';
import { gatherLooks } from '../features/health/keep/gatherLooks.ts';
import { keepRulesOf } from '../features/health/keep/keepRulesOf.ts';
import { keptServers } from '../features/health/keep/keptServers.ts';
import { markedKinds, markOfIncident, markOfOperation } from '../features/health/keep/marksRules.ts';
import { sharingHandlers } from '../features/health/sharing/sharingHandlers.ts';
import { createSharingService } from '../features/health/sharing/sharingService.ts';
import type { SettingsService } from '../features/settings/settingsService.ts';
import type { Operations } from '../operations/operations.ts';
import type { Remote } from '../remote/remote.ts';

/** What live health is wired to. */
export interface HealthWiring {
  resources: string;
  select(selector: string): readonly Server[];
  remote: Remote;
  readings: Readings;
  database: Database;
  servers(): readonly Server[];
  /** Null: it is gone. */
  nameOf(id: ServerId): string | null;
  /** Calls back when servers were added, left, or are filed otherwise, until the returned function is called. */
  onServers(listener: () => void): () => void;
  settings: Pick<SettingsService, 'get' | 'onChange'>;
  /** Throws `secret.not-found`, `secret.keystore-locked`. */
  openSecret(name: string): Promise<string>;
  mask(text: string): string;
  operations: Pick<Operations, 'list'>;
  incidents(): readonly Incident[];
  /** Alerts that fired since a time or fire still. */
  alerts?(fromMs: number): readonly HealthMark[];
  facts(id: ServerId): Facts | null;
  /** Engines of the servers that are read are read as well. */
  engines: Pick<EnginesService, 'watched' | 'changed'>;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Live health as the core holds it. */
export interface WiredHealth {
  handlers: ReturnType<typeof healthHandlers>;
  sharing: ReturnType<typeof sharingHandlers>;
  service: HealthService;
  /** All that is measured, as it comes in. */
  feed: HealthFeed;
  /** Reads servers in the background from now on: for a core that is there to watch them. */
  begin(): void;
  /** Before the remote layer is closed. */
  close(): Promise<void>;
}

/** What servers say in so long is read together. */
const gatheredMs = 500;

/** Makes the live health of servers, with the program that reads it there, and keeps what is measured. */
export function wireHealth(wiring: HealthWiring): WiredHealth {
  const { resources, select, remote, readings, facts, settings, servers, onServers, nowMs, log } = wiring;
  const feed = createHealthFeed(log);
  const looks = gatherLooks(readings);
  const stopKeeping = feed.subscribe((look) => looks.take(look));
  const service = createHealthService({
    feed,
    turn: new SharedTurn(gatheredMs),
    remote: (id) => remote.server(id),
    script: () => readFile(join(resources, 'health', 'collector.sh'), 'utf8'),
    gpus: (id) => (facts(id)?.gpu.devices ?? []).map(({ uuid, pciAddress }) => ({ uuid, bus: pciAddress === null ? null : busOf(pciAddress) })),
    watched: (id, intervalS) => wiring.engines.watched(id, intervalS),
    containersChanged: (id) => wiring.engines.changed(id),
    ...{ nowMs, log },
  });
  const sharing = createSharingService({ ...wiring, feed });
  let isBackground = false;
  const keep = () => {
    if (isBackground) service.keep(keptServers(servers(), settings.get()));
  };
  const adopt = () => {
    readings.keep(keepRulesOf(settings.get()));
    keep();
  };
  settings.onChange(adopt);
  adopt();
  const stopListening = [
    onServers(keep),
    remote.onWake(() => service.poke()),
    remote.onState((id, { state }) => (state === 'connected' ? service.poke(id) : undefined)),
  ];
  return {
    service,
    feed,
    handlers: healthHandlers({
      service,
      readings,
      nowMs,
      onServers,
      select: async (selector) => select(selector),
      marks: (fromMs) => marksSince(wiring, fromMs),
    }),
    sharing: sharingHandlers({ service: sharing, readings, servers, nowMs }),
    begin() {
      isBackground = true;
      keep();
    },
    async close() {
      for (const stop of stopListening) stop();
      stopKeeping();
      looks.flush();
      service.close();
      await sharing.close();
    },
  };
}

/** Operations of each kind that are looked through for marks. */
const mostOperations = 2000;

function marksSince({ operations, incidents, alerts }: HealthWiring, fromMs: number): HealthMark[] {
  const limit = mostOperations;
  const found = markedKinds.flatMap((kind) => [...operations.list({ kind, open: true, limit }), ...operations.list({ kind, endedAfterMs: fromMs, limit })]);
  return [...found.flatMap((operation) => markOfOperation(operation) ?? []), ...incidents().map(markOfIncident), ...(alerts?.(fromMs) ?? [])];
}
