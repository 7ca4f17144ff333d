import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Facts } from '../../shared/model/facts.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import { createHealthService } from '../features/health/collect/healthService.ts';
import { busOf } from '../features/health/collector/parseGpuRows.ts';
import { createHealthFeed, type HealthFeed } from '../features/health/feed/healthFeed.ts';
import { healthHandlers } from '../features/health/healthHandlers.ts';
import type { Remote } from '../remote/remote.ts';

/** What live health is wired to. */
export interface HealthWiring {
  resources: string;
  select(selector: string): readonly Server[];
  remote: Remote;
  facts(id: ServerId): Facts | null;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Makes the live health of servers, with the program that reads it there. Close it before the remote layer. */
export function wireHealth(wiring: HealthWiring): { handlers: ReturnType<typeof healthHandlers>; feed: HealthFeed; close(): void } {
  const { resources, select, remote, facts, nowMs, log } = wiring;
  const feed = createHealthFeed(log);
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
    handlers: healthHandlers(service, async (selector) => select(selector)),
    close() {
      for (const stop of stopListening) stop();
      service.close();
    },
  };
}
