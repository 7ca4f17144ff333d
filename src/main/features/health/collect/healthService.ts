import type { ServerId } from '../../../../shared/model/ids.ts';
import type { HealthPart } from '../../../../shared/model/serverHealth.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import type { CollectorPorts } from './collectorPorts.ts';
import { HealthView } from './healthView.ts';
import type { SourceLook } from './latestLooks.ts';
import { untilHold } from './untilHold.ts';
import { WatchedServer } from './watchedServer.ts';

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

/** Reads servers while somebody watches them, and keeps the latest of each source. */
export function createHealthService(ports: CollectorPorts): HealthService {
  const all = new KeyedState<HealthPart>();
  const watched = new Map<ServerId, WatchedServer>();
  /** The latest that others than collectors told: who begins to watch a server sees it, too. */
  const told = new Map<ServerId, Map<'engines' | 'probes', SourceLook>>();
  let ticking: NodeJS.Timeout | null = null;

  const begin = (server: { id: ServerId; name: string }, intervalS: number): WatchedServer => {
    const begun = new WatchedServer(server, intervalS, ports, all);
    watched.set(server.id, begun);
    ticking ??= setInterval(() => service.tick(), 1_000);
    for (const [source, look] of told.get(server.id) ?? []) begun.looks.takeOf(source, look);
    return begun;
  };

  const end = (server: WatchedServer) => {
    watched.delete(server.id);
    server.stop();
    if (watched.size > 0 || ticking === null) return;
    clearInterval(ticking);
    ticking = null;
  };

  const wish = (view: HealthView, server: { id: ServerId; name: string }, intervalS: number) =>
    (watched.get(server.id) ?? begin(server, intervalS)).wish(view, intervalS);
  const unwish = (view: HealthView, id: ServerId) => watched.get(id)?.unwish(view);

  const service: HealthService = {
    watch(servers, { intervalS, metrics }) {
      let chosen = servers;
      let hasLeft = false;
      const view = new HealthView(all, new Set(servers.map(({ id }) => id)), metrics === undefined ? null : new Set(metrics));
      for (const each of servers) wish(view, each, intervalS);
      return {
        state: view.state,
        settled: (limitMs, signal) =>
          untilHold(
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
      const wanted = new Set(servers.map(({ id }) => id));
      for (const [id, server] of watched) if (!wanted.has(id)) server.keep(null);
      for (const each of servers) (watched.get(each.id) ?? begin(each, each.intervalS)).keep(each.intervalS, each.name);
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
      for (const server of watched.values()) if (server.tick(nowMs)) end(server);
    },
    get size() {
      return watched.size;
    },
    close() {
      for (const server of watched.values()) end(server);
    },
  };
  return service;
}
