import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerId } from '../../shared/model/ids.ts';
import type { HealthService } from '../features/health/collect/healthService.ts';
import { createEnginesService, type EnginesService } from '../features/health/engines/enginesService.ts';
import type { HealthFeed } from '../features/health/feed/healthFeed.ts';
import type { Reach } from '../remote/reach.ts';
import type { Remote } from '../remote/remote.ts';
import { os } from '../rpc/procedures.ts';

/** What engines are wired to; `health` is asked for when something is to be told: it is made after them. */
export interface EnginesWiring {
  resources: string;
  remote: Remote;
  /** What engines are asked through. */
  reach: Reach;
  health(): { service: Pick<HealthService, 'tell' | 'watch'>; feed: HealthFeed };
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Makes the engines of watched servers. Close it before the remote layer. */
export function wireEngines({ resources, remote, reach, health, nowMs, log }: EnginesWiring): EnginesService {
  return createEnginesService({
    remote: reach.server,
    way: reach.way,
    connected: (id) => isConnected(remote, id),
    script: enginesScript(resources),
    told(look) {
      const { service, feed } = health();
      service.tell(look.serverId, 'engines', { readings: look.readings, receivedAtMs: look.atMs, status: 0 });
      feed.publish(look);
    },
    clock: () => performance.now(),
    ...{ nowMs, log },
  });
}

/** The part of `health` that tells of engines. Who asks with a time to wait has the servers read meanwhile. */
export function enginesHandlers(
  engines: EnginesService,
  service: Pick<HealthService, 'watch'>,
  select: (selector: string) => readonly { id: ServerId; name: string }[],
) {
  return {
    engines: os.health.engines.handler(async ({ input, signal }) => {
      const servers = select(input.selector);
      const { leave } = service.watch(servers, { intervalS: 5 });
      try {
        const ids = servers.map(({ id }) => id);
        if (input.waitS > 0) await engines.settled(ids, input.waitS * 1000, signal);
        return { engines: engines.list(servers) };
      } finally {
        leave();
      }
    }),
  };
}

/** Text of the script that lists containers. */
export function enginesScript(resources: string): () => Promise<string> {
  return () => readFile(join(resources, 'health', 'engines.sh'), 'utf8');
}

/** Whether a connection to a server is open. */
export function isConnected(remote: Remote, id: ServerId): boolean {
  const { state } = remote.state(id);
  return state === 'connected' || state === 'degraded';
}
