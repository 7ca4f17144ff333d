import type { FleetRow } from '../../shared/contract/servers.ts';
import { AppError } from '../../shared/errors.ts';
import type { ServerId, StackId } from '../../shared/model/ids.ts';
import type { Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import type { HealthService } from '../features/health/collect/healthService.ts';
import { createContainerLists } from '../features/health/engines/containerLists.ts';
import type { HealthFeed } from '../features/health/feed/healthFeed.ts';
import { probesHandlers } from '../features/health/probes/probesHandlers.ts';
import { createProbesService, type ProbesService } from '../features/health/probes/probesService.ts';
import { openStackServer } from '../features/stacks/release/stackServer.ts';
import type { Reach } from '../remote/reach.ts';
import type { Remote } from '../remote/remote.ts';
import { keptBriefly } from './keptBriefly.ts';
import { enginesScript, isConnected } from './wireEngines.ts';

/** What probes are wired to. */
export interface ProbesWiring {
  database: Database;
  resources: string;
  remote: Remote;
  /** What endpoints are asked through. */
  reach: Reach;
  servers(): readonly Server[];
  select(selector: string): readonly Server[];
  /** A stored secret; null: there is none of this name. */
  secret(name: string): Promise<string | null>;
  deployed(id: ServerId): FleetRow['stacks'];
  health: { service: Pick<HealthService, 'tell'>; feed: HealthFeed };
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Secrets of a release are read again after this. */
const secretsKeptMs = 120_000;

/** Makes the probes; `service.start` lets them run by themselves. Close the service before the remote layer. */
export function wireProbes(wiring: ProbesWiring): { service: ProbesService; handlers: ReturnType<typeof probesHandlers> } {
  const { database, resources, remote, reach, servers, select, secret, deployed, health, nowMs, log } = wiring;
  const open = (server: { id: ServerId; name: string }, stackId: string) => openStackServer(remote.server(server.id), { serverName: server.name, stackId });
  const readSecrets = async (id: ServerId, stack: StackId) => {
    const server = servers().find((each) => each.id === id);
    if (server === undefined) throw new AppError('server.not-found', { name: id });
    const there = await open(server, stack);
    const { current } = await there.state();
    return current === null ? {} : there.secretsOf(current.id);
  };
  const keptSecrets = keptBriefly(
    (key): Promise<Readonly<Record<string, string>>> => {
      const [id, stack] = key.split('/');
      return readSecrets(id as ServerId, stack as StackId);
    },
    { keptMs: secretsKeptMs, nowMs },
  );
  const service = createProbesService({
    ...{ database, servers, secret, deployed, nowMs, log },
    remote: reach.server,
    way: reach.way,
    connected: (id) => isConnected(remote, id),
    containers: createContainerLists({ remote: (id) => remote.server(id), script: enginesScript(resources), nowMs }),
    stackSecrets: (id, stack) => keptSecrets(`${id}/${stack}`),
    async tests(server, stack) {
      const { current } = await (await open(server, stack)).state();
      return current === null ? [] : [...current.gates, ...current.smokeTests];
    },
    told(look, all) {
      health.service.tell(look.serverId, 'probes', { readings: all, receivedAtMs: look.atMs, status: 0 });
      health.feed.publish(look);
    },
    clock: () => performance.now(),
  });
  return { service, handlers: probesHandlers(service, select) };
}
