import type { Engine } from '../../../../shared/model/engine.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { ReachWay } from '../../../../shared/model/reachWay.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { ServerEngines, type ServerEnginesPorts } from './serverEngines.ts';

/** What the service needs. */
export interface EnginesPorts extends Pick<ServerEnginesPorts, 'script' | 'nowMs' | 'clock' | 'log'> {
  remote(id: ServerId): ServerEnginesPorts['remote'];
  connected(id: ServerId): boolean;
  /** How what a server reaches is reached; null: nothing was yet. */
  way?(id: ServerId): ReachWay | null;
  /** Told of every look: for whoever shows, keeps or judges it. */
  told(look: HealthLook): void;
  /** Until an engine has answered; default five seconds. */
  timeoutMs?: number;
}

/** Engines of the servers that are watched. */
export interface EnginesService {
  /** Whether and how often a server is looked at now, in seconds between two looks; null: not any more. */
  watched(id: ServerId, intervalS: number | null): void;
  /** Containers of a server changed, or may have: it is looked for engines anew at its next turn. */
  changed(id: ServerId): void;
  /** Engines of these servers as they were last seen. */
  list(servers: readonly { id: ServerId; name: string }[]): Engine[];
  /** Resolves when all of these were looked for and asked at least once, or the time is over. */
  settled(ids: readonly ServerId[], limitMs: number, signal?: AbortSignal): Promise<void>;
  /** Looks at the clock. Called once a second by itself while a server is watched. */
  tick(): void;
  close(): void;
}

/** Seconds between two looks at an engine: at ease, and while somebody looks closely. */
const easyS = 15;
const closeS = 5;
/** Servers are looked for engines again after so long, even where nothing seems to have changed. */
const searchMs = 600_000;
const searchDownMs = 30_000;
const atOnce = 24;

interface Watched {
  engines: ServerEngines;
  intervalS: number;
  dueMs: number;
  search: boolean;
  running: boolean;
  settled: boolean;
  stop: AbortController;
}

/** Makes the service. What it asks goes through the connections that the collectors keep open. */
export function createEnginesService(ports: EnginesPorts): EnginesService {
  const watched = new Map<ServerId, Watched>();
  const waiting = new Set<() => void>();
  let running = 0;
  let ticking: NodeJS.Timeout | null = null;

  const wake = () => {
    for (const listener of waiting) listener();
  };
  const begin = (id: ServerId, intervalS: number): Watched => {
    const { nowMs, clock, script, log, timeoutMs = 5_000 } = ports;
    const engines = new ServerEngines({ remote: ports.remote(id), connected: () => ports.connected(id), nowMs, clock, script, log, timeoutMs });
    const server: Watched = { engines, intervalS, dueMs: nowMs(), search: true, running: false, settled: false, stop: new AbortController() };
    watched.set(id, server);
    ticking ??= setInterval(() => service.tick(), 1_000);
    return server;
  };
  const end = (id: ServerId) => {
    watched.get(id)?.stop.abort();
    watched.delete(id);
    wake();
    if (watched.size > 0 || ticking === null) return;
    clearInterval(ticking);
    ticking = null;
  };

  const look = async (id: ServerId, server: Watched): Promise<void> => {
    const { engines, stop } = server;
    const { signal } = stop;
    try {
      const foundAtMs = engines.foundAtMs;
      const foundForMs = foundAtMs === null ? Number.POSITIVE_INFINITY : ports.nowMs() - foundAtMs;
      // One that is down may have come back at another address.
      const isDown = engines.engines.some(({ state }) => state === 'down');
      if (server.search || foundForMs > (isDown ? searchDownMs : searchMs)) {
        server.search = false;
        await engines.find(signal);
      }
      const readings: Reading[] | null = await engines.read(signal);
      if (readings !== null && !signal.aborted) ports.told({ serverId: id, atMs: ports.nowMs(), readings });
      server.settled = true;
    } catch (error) {
      if (signal.aborted) return;
      server.search = true;
      ports.log('engines.not-read', { serverId: id, reason: String(error) });
    } finally {
      server.running = false;
      server.dueMs = ports.nowMs() + server.intervalS * 1000;
      running -= 1;
      wake();
    }
  };

  const service: EnginesService = {
    watched(id, intervalS) {
      if (intervalS === null) return end(id);
      const pace = intervalS <= 2 ? closeS : easyS;
      const server = watched.get(id) ?? begin(id, pace);
      server.dueMs = Math.min(server.dueMs, ports.nowMs() + pace * 1000);
      server.intervalS = pace;
    },
    changed(id) {
      const server = watched.get(id);
      if (server !== undefined) server.search = true;
    },
    list: (servers) =>
      servers.flatMap(({ id, name }) => {
        const of = { serverId: id, serverName: name, via: ports.way?.(id) ?? null };
        return (watched.get(id)?.engines.engines ?? []).map((engine) => ({ ...of, ...engine }));
      }),
    settled: (ids, limitMs, signal) =>
      new Promise((resolve) => {
        const isSettled = () => ids.every((id) => watched.get(id)?.settled ?? true);
        const done = () => {
          waiting.delete(check);
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const check = () => {
          if (isSettled()) done();
        };
        const timer = setTimeout(done, limitMs);
        signal?.addEventListener('abort', done, { once: true });
        waiting.add(check);
        if (signal?.aborted === true) done();
        else check();
      }),
    tick() {
      const nowMs = ports.nowMs();
      for (const [id, server] of watched) {
        if (running >= atOnce) return;
        if (server.running || server.dueMs > nowMs || !ports.connected(id)) continue;
        server.running = true;
        running += 1;
        void look(id, server);
      }
    },
    close() {
      for (const id of [...watched.keys()]) end(id);
    },
  };
  return service;
}
