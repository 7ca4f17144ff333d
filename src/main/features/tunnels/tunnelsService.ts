import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Service, type Tunnel, tunnelSchema } from '../../../shared/contract/tunnels.ts';
import { AppError, serializeError } from '../../../shared/errors.ts';
import type { RequestId, ServerId, TunnelId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { askHttp } from './httpProbe.ts';
import { type Candidate, candidatesOf, type ListeningPort, serviceOf } from './serviceRules.ts';
import { TunnelListener } from './tunnelListener.ts';
import { type TunnelRecord, TunnelsRepo } from './tunnelsRepo.ts';

/** What tunnels need from the rest of the core. */
export interface TunnelsPorts {
  database: Database;
  /** Throws `server.not-found`. */
  byName(name: string): Server;
  byId(id: ServerId): Server | undefined;
  remote(id: ServerId): RemoteServer;
  /** Ports that a server was last seen to listen on. */
  listening(id: ServerId): readonly ListeningPort[];
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** How long a tunnel that is not kept may be unused. */
  idleMs?: number;
}

/** Where a tunnel shall lead. */
export interface TunnelAim {
  server: string;
  host: string;
  port: number;
  localPort: number | null;
}

/** Ports of this computer that lead through servers. */
export interface TunnelsService {
  readonly state: KeyedState<Tunnel>;
  add(request: TunnelAim & { requestId: RequestId; name: string; scheme: Tunnel['scheme'] }): Promise<Tunnel>;
  start(id: TunnelId): Promise<Tunnel>;
  stop(id: TunnelId): Tunnel;
  remove(id: TunnelId): void;
  services(server: string, signal?: AbortSignal): Promise<{ services: Service[]; asked: number }>;
  open(request: Omit<TunnelAim, 'localPort'> & { name: string; scheme: 'http' | 'https' }): Promise<{ url: string; tunnel: Tunnel }>;
  /** A tunnel until the signal aborts; yields it as it is, and at every change. */
  forward(aim: TunnelAim, signal: AbortSignal | undefined): AsyncGenerator<Tunnel, void, void>;
  /** Starts those that ran when an earlier core ended. */
  resume(): Promise<void>;
  /** Some tunnel is open. */
  busy(): boolean;
  close(): void;
}

interface Entry {
  record: TunnelRecord;
  kept: boolean;
  /** Somebody holds it, used or not. */
  held: boolean;
  listener: TunnelListener | null;
  error: AppError | null;
  idle: NodeJS.Timeout | null;
}

const tellEveryMs = 250;
const usualIdleMs = 15 * 60_000;
const probeLimitMs = 3_000;
const probesAtOnce = 8;

/** Makes the service; `resume` starts what shall run. */
export function createTunnelsService(ports: TunnelsPorts): TunnelsService {
  const repo = new TunnelsRepo(ports.database, ports.nowMs);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const state = new KeyedState<Tunnel>();
  const entries = new Map<TunnelId, Entry>();
  const due = new Map<TunnelId, NodeJS.Timeout>();
  const opening = new Map<string, Promise<Tunnel>>();

  const show = (entry: Entry): Tunnel => {
    const { record, kept, listener, error } = entry;
    const { wanted: _, ...fields } = record;
    const idle = {
      state: error === null ? ('stopped' as const) : ('failed' as const),
      boundPort: null,
      connections: 0,
      connectionsTotal: 0,
      bytesUp: 0,
      bytesDown: 0,
    };
    const figures = listener === null ? { ...idle, error } : listener.figures;
    const serverName = ports.byId(record.serverId)?.name ?? '';
    const tunnel = { ...fields, serverName, kept, ...figures, error: figures.error === null ? null : serializeError(figures.error) };
    state.set(record.id, tunnel);
    return tunnel;
  };
  // Bytes come by the thousand: they are told a few times in a second.
  const showSoon = (entry: Entry) => {
    const { id } = entry.record;
    if (entries.get(id) !== entry) return;
    const before = state.get(id);
    const now = entry.listener?.figures;
    if (before !== undefined && now !== undefined && (before.state !== now.state || before.connections !== now.connections)) show(entry);
    if (due.has(id)) return;
    due.set(
      id,
      setTimeout(() => {
        due.delete(id);
        if (entries.get(id) === entry) show(entry);
      }, tellEveryMs),
    );
  };
  const find = (id: TunnelId): Entry => {
    const entry = entries.get(id);
    if (entry === undefined) throw new AppError('tunnel.not-found', { id });
    return entry;
  };
  const drop = (entry: Entry) => {
    halt(entry);
    entries.delete(entry.record.id);
    state.delete(entry.record.id);
  };
  const halt = (entry: Entry) => {
    if (entry.idle !== null) clearTimeout(entry.idle);
    entry.idle = null;
    entry.listener?.close();
    entry.listener = null;
    entry.error = null;
  };
  const changed = (entry: Entry) => {
    if (ports.byId(entry.record.serverId) === undefined) return drop(entry);
    if (!entry.kept && !entry.held) watchIdle(entry);
    showSoon(entry);
  };
  const watchIdle = (entry: Entry) => {
    if (entry.idle !== null) clearTimeout(entry.idle);
    entry.idle = (entry.listener?.figures.connections ?? 0) > 0 ? null : setTimeout(() => drop(entry), ports.idleMs ?? usualIdleMs).unref();
  };
  const launch = async (entry: Entry): Promise<void> => {
    if (entry.listener !== null) return;
    const { serverId, host, port, localPort } = entry.record;
    const listener = await TunnelListener.open({ remote: ports.remote(serverId), host, port, localPort }, () => changed(entry));
    entry.listener = listener;
    entry.error = null;
    ports.log('tunnel.open', { id: entry.record.id, serverId, host, port, boundPort: listener.figures.boundPort });
  };
  const make = async (aim: TunnelAim, more: { name: string; scheme: Tunnel['scheme']; kept: boolean; held?: boolean }): Promise<Entry> => {
    const { host, port, localPort } = aim;
    const serverId = ports.byName(aim.server).id;
    const record: TunnelRecord = { id: newTunnelId(), serverId, name: more.name, localPort, host, port, scheme: more.scheme, wanted: true };
    const entry: Entry = { record, kept: more.kept, held: more.held ?? false, listener: null, error: null, idle: null };
    await launch(entry);
    entries.set(record.id, entry);
    if (more.kept) repo.insert(record);
    else if (!entry.held) watchIdle(entry);
    return entry;
  };

  for (const record of repo.all()) {
    const entry: Entry = { record, kept: true, held: false, listener: null, error: null, idle: null };
    entries.set(record.id, entry);
    show(entry);
  }

  return {
    state,
    async add({ requestId, name, scheme, ...aim }) {
      const before = requests.answer(requestId, 'tunnels.add', z.object({ tunnel: tunnelSchema }));
      if (before !== undefined) return state.get(before.tunnel.id) ?? before.tunnel;
      const server = ports.byName(aim.server);
      const taken = [...entries.values()].some(({ kept, record }) => kept && record.serverId === server.id && record.name === name);
      if (taken) throw new AppError('tunnel.name-taken', { server: server.name, name });
      const tunnel = show(await make(aim, { name, scheme, kept: true }));
      requests.once(requestId, 'tunnels.add', z.object({ tunnel: tunnelSchema }), () => ({ tunnel }));
      return tunnel;
    },
    async start(id) {
      const entry = find(id);
      await launch(entry);
      entry.record = { ...entry.record, wanted: true };
      repo.setWanted(id, true);
      return show(entry);
    },
    stop(id) {
      const entry = find(id);
      halt(entry);
      entry.record = { ...entry.record, wanted: false };
      repo.setWanted(id, false);
      const stopped = show(entry);
      if (!entry.kept) drop(entry);
      return stopped;
    },
    remove(id) {
      const entry = entries.get(id);
      if (entry !== undefined) drop(entry);
      repo.remove(id);
    },
    async services(name, signal) {
      const server = ports.byName(name);
      const candidates = candidatesOf(ports.listening(server.id), server.port);
      const services: Service[] = [];
      const queue = candidates.values();
      const worker = async () => {
        for (const candidate of queue) {
          const service = await probe(ports.remote(server.id), candidate, signal);
          if (service !== null) services.push(service);
        }
      };
      await Promise.all(Array.from({ length: probesAtOnce }, worker));
      return { services: services.sort((a, b) => a.port - b.port), asked: candidates.length };
    },
    async open({ server, host, port, name, scheme }) {
      const { id } = ports.byName(server);
      const there = [...entries.values()].find(
        ({ record, listener }) => listener !== null && record.serverId === id && record.host === host && record.port === port,
      );
      const key = `${id} ${host} ${port}`;
      const made =
        there === undefined ? (opening.get(key) ?? make({ server, host, port, localPort: null }, { name, scheme, kept: false }).then(show)) : show(there);
      if (made instanceof Promise) opening.set(key, made);
      const tunnel = await Promise.resolve(made).finally(() => opening.delete(key));
      return { url: `${scheme}://127.0.0.1:${tunnel.boundPort}/`, tunnel };
    },
    async *forward(aim, signal) {
      const entry = await make(aim, { name: `${aim.host}:${aim.port}`, scheme: null, kept: false, held: true });
      let wake = () => {};
      const stop = state.subscribe((key) => key === entry.record.id && wake());
      const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
      try {
        let last: Tunnel | undefined = show(entry);
        while (signal?.aborted !== true) {
          yield last;
          const told = new Promise<void>((resolve) => {
            wake = resolve;
          });
          if (state.get(entry.record.id) === last) await Promise.race([told, aborted]);
          last = state.get(entry.record.id);
          if (last === undefined) return;
        }
      } finally {
        stop();
        drop(entry);
      }
    },
    async resume() {
      for (const entry of entries.values()) {
        if (!entry.record.wanted) continue;
        await launch(entry).catch((error: unknown) => {
          if (error instanceof AppError) entry.error = error;
          else throw error;
        });
        show(entry);
      }
    },
    busy: () => [...entries.values()].some(({ listener }) => listener !== null),
    close() {
      for (const timer of due.values()) clearTimeout(timer);
      for (const entry of entries.values()) halt(entry);
    },
  };
}

async function probe(remote: RemoteServer, candidate: Candidate, signal: AbortSignal | undefined): Promise<Service | null> {
  const limit = AbortSignal.timeout(probeLimitMs);
  try {
    const stream = await remote.forward(candidate.host, candidate.port, { signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
    const answer = await askHttp(stream, probeLimitMs);
    return answer === null ? null : serviceOf(candidate, answer);
  } catch (error) {
    signal?.throwIfAborted();
    // A port that is gone or does not answer is no service; what keeps us from the server is for the person.
    if (limit.aborted || AppError.is(error, 'tunnel.target-refused')) return null;
    throw error;
  }
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

function newTunnelId(): TunnelId {
  return `tun_${[...randomBytes(16)].map((byte) => base32[byte % 32]).join('')}` as TunnelId;
}
