import type { ServerId } from '../../../../shared/model/ids.ts';
import { type HealthPart, type ServerPart, serverOfKey } from '../../../../shared/model/serverHealth.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import type { CollectorLook } from '../collector/collectorReader.ts';
import type { CollectorPorts } from './collectorPorts.ts';
import { HealthView } from './healthView.ts';
import { LatestLooks, type SourceLook } from './latestLooks.ts';
import { ServerCollector } from './serverCollector.ts';

/** How long a server is read on when the last watcher has left: who comes back finds live figures. */
const graceMs = 30_000;
/** Seconds between two looks while nobody watches. */
const idleIntervalS = 5;

/** Who watches which servers. */
export interface HealthWatch {
  /** Parts of these servers, by `healthKey`. */
  readonly state: KeyedState<HealthPart>;
  /** Resolves when every server was looked at so that rates are known, or cannot be reached, or the time is over, or the signal aborts. */
  settled(limitMs: number, signal?: AbortSignal): Promise<void>;
  /** Watches these servers from now on, instead of those before. */
  choose(servers: readonly { id: ServerId; name: string }[]): void;
  leave(): void;
}

/** A server that is read while nobody watches it, too. */
export interface KeptServer {
  id: ServerId;
  name: string;
  intervalS: number;
}

/** Live figures of servers. */
export interface HealthService {
  /** Reads these servers until `leave`, at least every `intervalS`. Without metrics all are told. */
  watch(servers: readonly { id: ServerId; name: string }[], wish: { intervalS: number; metrics?: readonly string[] }): HealthWatch;
  /** What is measured of a server by others than its collector, shown beside what that tells. */
  tell(id: ServerId, source: 'engines' | 'probes', look: SourceLook): void;
  /** Reads these servers from now on, whether anybody watches or not, and no others for this reason. */
  keep(servers: readonly KeptServer[]): void;
  /** Seconds between two looks at a server now; null: it is not read. */
  intervalS(id: ServerId): number | null;
  /** Something changed for the better for this server, or for all of them: who waits tries again now. */
  poke(id?: ServerId): void;
  /** Looks at the clock. Called once a second by itself. */
  tick(): void;
  /** Servers that are read now. */
  readonly size: number;
  close(): void;
}

interface Watched {
  name: string;
  collector: ServerCollector;
  looks: LatestLooks;
  /** Intervals that watchers wish for. */
  wishes: Map<HealthView, number>;
  /** Interval at which it is read while nobody watches; null: it is not. */
  keptS: number | null;
  observedAtMs: number | null;
  gpus: ServerPart['gpus'];
  /** Which containers run. */
  containers: string;
  /** When it is let go; null: somebody watches. */
  endsAtMs: number | null;
}

/** Reads servers while somebody watches them, and keeps the latest of each source. */
export function createHealthService(ports: CollectorPorts): HealthService {
  const all = new KeyedState<HealthPart>();
  const watched = new Map<ServerId, Watched>();
  /** The latest that others than collectors told: who begins to watch a server sees it, too. */
  const told = new Map<ServerId, Map<'engines' | 'probes', SourceLook>>();
  let ticking: NodeJS.Timeout | null = null;

  const tell = (id: ServerId) => {
    const server = watched.get(id);
    if (server === undefined) return;
    const { name: serverName, collector, observedAtMs, gpus } = server;
    const { state, error, intervalS } = collector;
    all.set(id, { kind: 'server', serverId: id, serverName, state, error, observedAtMs, intervalS, gpus });
  };

  const take = (id: ServerId, looks: readonly CollectorLook[]) => {
    const server = watched.get(id);
    if (server === undefined) return;
    for (const look of looks) {
      server.looks.take(look);
      server.observedAtMs = look.receivedAtMs;
      const gpus = look.gpus === undefined ? null : gpusOf(look.gpus);
      ports.feed?.publish({ serverId: id, atMs: look.measuredAtMs, readings: look.readings, ...(gpus !== null && { gpus }) });
      if (gpus !== null && gpus.length > 0) server.gpus = gpus;
      const containers = look.containers === undefined ? server.containers : runningOf(look.containers);
      if (containers !== server.containers) ports.containersChanged?.(id);
      server.containers = containers;
    }
    tell(id);
  };

  const begin = ({ id, name }: { id: ServerId; name: string }, intervalS: number): Watched => {
    const collector = new ServerCollector({ id, name }, intervalS, ports, { looks: (looks) => take(id, looks), changed: () => tell(id) });
    const server: Watched = {
      name,
      collector,
      looks: new LatestLooks(id, all),
      wishes: new Map(),
      keptS: null,
      observedAtMs: null,
      gpus: [],
      containers: '',
      endsAtMs: null,
    };
    watched.set(id, server);
    ticking ??= setInterval(() => service.tick(), 1_000);
    tell(id);
    for (const [source, look] of told.get(id) ?? []) server.looks.takeOf(source, look);
    return server;
  };

  const end = (id: ServerId, server: Watched) => {
    server.collector.stop();
    watched.delete(id);
    server.looks.forget();
    all.delete(id);
    ports.watched?.(id, null);
    if (watched.size > 0 || ticking === null) return;
    clearInterval(ticking);
    ticking = null;
  };

  /** The shortest wish counts; what is kept needs nobody's. */
  const adopt = (id: ServerId, server: Watched) => {
    const { collector, wishes, keptS } = server;
    const wanted = keptS === null ? [...wishes.values()] : [...wishes.values(), keptS];
    server.endsAtMs = wanted.length === 0 ? ports.nowMs() + graceMs : null;
    const before = collector.intervalS;
    collector.setInterval(wanted.length === 0 ? Math.max(before, idleIntervalS) : Math.min(...wanted));
    if (collector.intervalS !== before) tell(id);
    ports.watched?.(id, collector.intervalS);
  };

  const wish = (view: HealthView, { id, name }: { id: ServerId; name: string }, intervalS: number) => {
    const server = watched.get(id) ?? begin({ id, name }, intervalS);
    server.wishes.set(view, intervalS);
    adopt(id, server);
  };
  const unwish = (view: HealthView, id: ServerId) => {
    const server = watched.get(id);
    if (server?.wishes.delete(view) === true) adopt(id, server);
  };

  const service: HealthService = {
    watch(servers, { intervalS, metrics }) {
      let chosen = servers;
      let hasLeft = false;
      const view = new HealthView(all, new Set(servers.map(({ id }) => id)), metrics === undefined ? null : new Set(metrics));
      for (const each of servers) wish(view, each, intervalS);
      return {
        state: view.state,
        settled: (limitMs, signal) =>
          until(
            all,
            chosen.map(({ id }) => id),
            (id) => watched.get(id)?.collector.settled ?? true,
            limitMs,
            signal,
          ),
        choose(others) {
          if (hasLeft) return;
          const ids = new Set(others.map(({ id }) => id));
          for (const { id } of chosen) if (!ids.has(id)) unwish(view, id);
          chosen = others;
          for (const each of others) wish(view, each, intervalS);
          view.choose(ids);
        },
        leave() {
          hasLeft = true;
          view.close();
          for (const { id } of chosen) unwish(view, id);
        },
      };
    },
    keep(servers) {
      const wanted = new Map(servers.map((each) => [each.id, each]));
      for (const [id, server] of watched) {
        if (server.keptS === null || wanted.has(id)) continue;
        server.keptS = null;
        adopt(id, server);
      }
      for (const each of servers) {
        const server = watched.get(each.id) ?? begin(each, each.intervalS);
        const isRenamed = server.name !== each.name;
        if (server.keptS === each.intervalS && !isRenamed) continue;
        server.keptS = each.intervalS;
        server.name = each.name;
        adopt(each.id, server);
        if (isRenamed) tell(each.id);
      }
    },
    tell(id, source, look) {
      const own = told.get(id) ?? new Map<'engines' | 'probes', SourceLook>();
      told.set(id, own.set(source, look));
      watched.get(id)?.looks.takeOf(source, look);
    },
    intervalS: (id) => watched.get(id)?.collector.intervalS ?? null,
    poke(id) {
      if (id !== undefined) watched.get(id)?.collector.poke();
      else for (const { collector } of watched.values()) collector.poke();
    },
    tick() {
      const nowMs = ports.nowMs();
      for (const [id, server] of watched) {
        server.collector.tick();
        server.looks.age(nowMs, server.collector.intervalS);
        if (server.endsAtMs !== null && nowMs >= server.endsAtMs) end(id, server);
      }
    },
    get size() {
      return watched.size;
    },
    close() {
      for (const [id, server] of watched) end(id, server);
    },
  };
  return service;
}

/** Resolves when all hold, the time is over, or the signal aborts. */
function until(all: KeyedState<HealthPart>, ids: readonly ServerId[], holds: (id: ServerId) => boolean, limitMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const missing = new Set(ids.filter((id) => !holds(id)));
    if (missing.size === 0 || signal?.aborted === true) return resolve();
    const done = () => {
      stop();
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const stop = all.subscribe((key) => {
      const id = serverOfKey(key) as ServerId;
      if (missing.has(id) && holds(id)) missing.delete(id);
      if (missing.size === 0) done();
    });
    const timer = setTimeout(done, limitMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}

function gpusOf({ names, indexes }: NonNullable<CollectorLook['gpus']>): ServerPart['gpus'] {
  return Object.entries(names).map(([uuid, name]) => ({ uuid, index: indexes[uuid] ?? 0, name }));
}

function runningOf(containers: NonNullable<CollectorLook['containers']>): string {
  return containers.flatMap(({ id, status }) => (status === 'running' ? [id] : [])).join();
}
