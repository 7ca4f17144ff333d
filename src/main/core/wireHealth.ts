import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Facts } from '../../shared/model/facts.ts';
import type { HealthMark } from '../../shared/model/healthHistory.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { createHealthService } from '../features/health/collect/healthService.ts';
import { busOf } from '../features/health/collector/parseGpuRows.ts';
import { createHealthFeed, type HealthFeed } from '../features/health/feed/healthFeed.ts';
import { healthHandlers } from '../features/health/healthHandlers.ts';
import { markedKinds, markOfIncident, markOfOperation } from '../features/health/keep/marksRules.ts';
import type { Operations } from '../operations/operations.ts';
import type { Remote } from '../remote/remote.ts';

/** What live health is wired to. */
export interface HealthWiring {
  resources: string;
  select(selector: string): readonly Server[];
  remote: Remote;
  readings: Readings;
  operations: Pick<Operations, 'list'>;
  incidents(): readonly Incident[];
  /** Alerts that fired since a time or fire still. */
  alerts?(fromMs: number): readonly HealthMark[];
  facts(id: ServerId): Facts | null;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Makes the live health of servers, with the program that reads it there. Close it before the remote layer. */
export function wireHealth(wiring: HealthWiring): { handlers: ReturnType<typeof healthHandlers>; feed: HealthFeed; close(): void } {
  const { resources, select, remote, readings, facts, nowMs, log } = wiring;
  const feed = createHealthFeed(log);
  const stopKeeping = feed.subscribe(({ serverId, atMs, readings: measured }) => readings.append(serverId, atMs, measured));
  const service = createHealthService({
    feed,
    remote: (id) => remote.server(id),
    script: () => readFile(join(resources, 'health', 'collector.sh'), 'utf8'),
    gpus: (id) => (facts(id)?.gpu.devices ?? []).map(({ uuid, pciAddress }) => ({ uuid, bus: pciAddress === null ? null : busOf(pciAddress) })),
    ...{ nowMs, log },
  });
  const stopListening = [remote.onWake(() => service.poke()), remote.onState((id, { state }) => (state === 'connected' ? service.poke(id) : undefined))];
  return {
    feed,
    handlers: healthHandlers({ service, readings, nowMs, select: async (selector) => select(selector), marks: (fromMs) => marksSince(wiring, fromMs) }),
    close() {
      for (const stop of stopListening) stop();
      stopKeeping();
      service.close();
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
