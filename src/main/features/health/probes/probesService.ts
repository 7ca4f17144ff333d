import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { RequestId, ServerId, StackId } from '../../../../shared/model/ids.ts';
import { type Probe, type ProbeFields, type ProbeId, type ProbeResult, probeIdSchema } from '../../../../shared/model/probe.ts';
import type { ReachWay } from '../../../../shared/model/reachWay.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { runProbe } from './probeRuns.ts';
import { firstDue, nextDue, toStart } from './probeSchedule.ts';
import { ProbeSpending } from './probeSpending.ts';
import { type LiveProbe, standingOf } from './probeStanding.ts';
import { ProbesRepo } from './probesRepo.ts';
import type { CheckPorts } from './runCheck.ts';
import { ShippedSync } from './shippedSync.ts';

/** A server as probes know it. */
export interface ProbedServer {
  id: ServerId;
  name: string;
}

/** What probes need from the rest of the core. */
export interface ProbesPorts extends Pick<CheckPorts, 'secret' | 'nowMs' | 'clock'> {
  database: Database;
  servers(): readonly ProbedServer[];
  remote(id: ServerId): CheckPorts['remote'];
  /** Whether a connection to the server is open. */
  connected(id: ServerId): boolean;
  /** How what a server reaches is reached; null: nothing was yet. */
  way?(id: ServerId): ReachWay | null;
  containers(id: ServerId): ReturnType<CheckPorts['containers']>;
  stackSecrets(id: ServerId, stack: StackId): ReturnType<CheckPorts['stackSecrets']>;
  /** Stacks that were last seen on a server, with the release that runs. */
  deployed(id: ServerId): readonly { stackId: string; release: string | null }[];
  /** Gates and smoke tests of the release that runs there. */
  tests(server: ProbedServer, stack: StackId): Promise<readonly HealthGate[]>;
  /** Told of every outcome, with the latest readings of all probes of that server. */
  told(look: HealthLook, all: readonly Reading[]): void;
  log(event: string, fields: Record<string, unknown>): void;
  random?: () => number;
}

/** Probes, and when they run. */
export interface ProbesService {
  readonly state: KeyedState<Probe>;
  list(ids?: ReadonlySet<ServerId>): Probe[];
  /** Those of one server as they stand, from what is at hand: for whoever asks for every server, again and again. */
  of(id: ServerId): Probe[];
  add(request: { requestId: RequestId; fields: ProbeFields }): Probe;
  edit(request: { requestId: RequestId; probe: string; fields: ProbeFields }): Probe;
  remove(request: { requestId: RequestId; probe: string }): ProbeId;
  run(request: { probe: string }, signal?: AbortSignal): Promise<{ probe: Probe; result: ProbeResult }>;
  /** Looks again which probes come with what runs on a server. */
  deploymentsChanged(id: ServerId): void;
  /** From now on they run by themselves. */
  start(): void;
  /** Looks at the clock. Called once a second by itself after `start`. */
  tick(): void;
  close(): void;
}

/** Servers that were renamed or left are noticed after this. */
const reloadMs = 30_000;
/** A day, and the hour that one may have more. */
const longestLimitMs = 25 * 3_600_000;

const idAnswer = z.object({ id: probeIdSchema });

/** Makes the service over what is stored. */
export function createProbesService(ports: ProbesPorts): ProbesService {
  const { nowMs, random = Math.random } = ports;
  const repo = new ProbesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, nowMs);
  const spending = new ProbeSpending(repo, nowMs);
  const state = new KeyedState<Probe>();
  const live = new Map<ProbeId, LiveProbe>();
  const readings = new Map<ProbeId, readonly Reading[]>();
  const stop = new AbortController();
  let ticking: NodeJS.Timeout | null = null;
  let reloadedMs = nowMs();

  const tell = (id: ProbeId) => {
    const probe = live.get(id);
    if (probe === undefined) state.delete(id);
    else state.set(id, standingOf(probe, spending, ticking !== null, ports.way?.(probe.stored.serverId) ?? null));
  };
  /** Takes what is stored, with what is known besides of those that were there. */
  const reload = () => {
    reloadedMs = nowMs();
    const names = new Map(ports.servers().map(({ id, name }) => [id, name]));
    const present = new Set<ProbeId>();
    for (const stored of repo.all()) {
      const serverName = names.get(stored.serverId);
      const isThere = stored.stack === null || ports.deployed(stored.serverId).some(({ stackId }) => stackId === stored.stack);
      if (stored.removed || serverName === undefined || !isThere) continue;
      present.add(stored.id);
      const before = live.get(stored.id);
      if (before !== undefined) Object.assign(before, { stored, serverName });
      else {
        const dueMs = firstDue(nowMs(), stored.fields.intervalS, random());
        const { last, sinceMs } = stored;
        live.set(stored.id, { stored, serverName, last, sinceMs, running: false, dueMs, limitedUntilMs: null, problem: null });
      }
      tell(stored.id);
    }
    for (const id of [...live.keys()].filter((each) => !present.has(each))) {
      live.delete(id);
      readings.delete(id);
      tell(id);
    }
  };
  const shipped = new ShippedSync({
    repo,
    nowMs,
    log: ports.log,
    servers: ports.servers,
    connected: ports.connected,
    deployed: ports.deployed,
    tests: ports.tests,
    changed: reload,
  });
  const find = (which: string): LiveProbe => {
    const found = live.get(which as ProbeId) ?? only([...live.values()].filter(({ stored }) => stored.fields.name === which));
    if (found === undefined) throw new AppError('probe.not-found', { name: which });
    return found;
  };
  const shown = (id: ProbeId): Probe => {
    const found = state.get(id);
    if (found === undefined) throw new AppError('probe.not-found', { name: id });
    return found;
  };
  const serverOf = ({ server: name }: ProbeFields): ProbedServer => {
    const server = ports.servers().find((each) => each.name === name);
    if (server === undefined) throw new AppError('server.not-found', { name });
    return server;
  };
  const checkName = (name: string, serverId: ServerId, except: ProbeId | null) => {
    for (const { stored } of live.values())
      if (stored.fields.name === name && stored.serverId === serverId && stored.id !== except) throw new AppError('probe.exists', { name });
  };
  const runs = {
    ...{ repo, spending, nowMs, log: ports.log, changed: tell },
    checkPorts: ({ stored }: LiveProbe): CheckPorts => ({
      ...{ remote: ports.remote(stored.serverId), secret: ports.secret, nowMs, clock: ports.clock },
      containers: () => ports.containers(stored.serverId),
      stackSecrets: (stack) => ports.stackSecrets(stored.serverId, stack),
    }),
    told(look: HealthLook) {
      const id = look.readings[0]?.subject.slice('probe:'.length) as ProbeId | undefined;
      if (id === undefined) return;
      readings.set(id, look.readings);
      const all = [...live.values()].filter(({ stored }) => stored.serverId === look.serverId).flatMap(({ stored }) => readings.get(stored.id) ?? []);
      ports.told(look, all);
    },
  };
  const start = (probe: LiveProbe) => {
    probe.dueMs = nextDue(nowMs(), probe.stored.fields.intervalS, random());
    void runProbe(runs, probe, stop.signal);
  };
  reload();

  const service: ProbesService = {
    state,
    list(ids) {
      reload();
      return state
        .values()
        .filter(({ serverId }) => ids === undefined || ids.has(serverId))
        .sort((one, other) => one.fields.server.localeCompare(other.fields.server) || one.fields.name.localeCompare(other.fields.name));
    },
    of(serverId) {
      const found: Probe[] = [];
      for (const [id, { stored }] of live) {
        const probe = stored.serverId === serverId ? state.get(id) : undefined;
        if (probe !== undefined) found.push(probe);
      }
      return found;
    },
    add({ requestId, fields }) {
      const server = serverOf(fields);
      const { id } = requests.once(requestId, 'probes.add', idAnswer, () => {
        checkName(fields.name, server.id, null);
        const added = `probe_${randomBytes(8).toString('hex')}` as ProbeId;
        repo.insert({ id: added, origin: 'own', serverId: server.id, fields, stack: null, release: null }, nowMs());
        return { id: added };
      });
      reload();
      return shown(id);
    },
    edit({ requestId, probe, fields }) {
      const server = serverOf(fields);
      const { id } = requests.once(requestId, 'probes.edit', idAnswer, () => {
        const { stored } = find(probe);
        checkName(fields.name, server.id, stored.id);
        repo.update(stored.id, { serverId: server.id, fields, edited: true });
        return { id: stored.id };
      });
      reload();
      const changed = find(id);
      Object.assign(changed, { dueMs: Math.min(changed.dueMs, nextDue(nowMs(), fields.intervalS, random())), problem: null, limitedUntilMs: null });
      tell(id);
      return shown(id);
    },
    remove({ requestId, probe }) {
      const { id } = requests.once(requestId, 'probes.remove', idAnswer, () => {
        const { stored } = find(probe);
        if (stored.origin === 'own') repo.remove(stored.id);
        else repo.update(stored.id, { removed: true });
        return { id: stored.id };
      });
      reload();
      return id;
    },
    async run({ probe }, signal) {
      const found = find(probe);
      const { id, fields } = found.stored;
      if (found.running) throw new AppError('probe.not-run', { name: fields.name, reason: 'it runs at this moment' });
      const result = await runProbe(runs, found, signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
      signal?.throwIfAborted();
      if (result !== null) return { probe: shown(id), result };
      const limited = found.limitedUntilMs === null ? null : `what it may use in a day is used up until ${new Date(found.limitedUntilMs).toISOString()}`;
      throw new AppError('probe.not-run', { name: fields.name, reason: limited ?? found.problem ?? 'it was given up' });
    },
    deploymentsChanged(id) {
      reload();
      if (ticking !== null) shipped.look(id);
    },
    start() {
      ticking ??= setInterval(() => service.tick(), 1_000).unref();
      for (const id of live.keys()) tell(id);
    },
    tick() {
      if (Math.abs(nowMs() - reloadedMs) >= reloadMs) reload();
      const all = [...live.values()];
      for (const probe of all) notTooLate(probe, nowMs());
      const waiting = all.filter(({ stored, running, limitedUntilMs }) => !stored.fields.paused && !running && (limitedUntilMs ?? 0) <= nowMs());
      // Of a server that is not reached nothing can be said of what is asked there.
      const ready = waiting.filter(({ stored }) => stored.fields.from === 'laptop' || ports.connected(stored.serverId));
      const of = ({ stored, dueMs }: LiveProbe) => ({ id: stored.id, serverId: stored.serverId, dueMs });
      const running = all.filter((each) => each.running).map(of);
      for (const { id } of toStart(ready.map(of), running, nowMs())) start(find(id));
      shipped.tick();
    },
    close() {
      if (ticking !== null) clearInterval(ticking);
      ticking = null;
      stop.abort();
      shipped.close();
    },
  };
  return service;
}

/** What was planned by a clock that was set back since is not waited for: nothing is planned for longer than its interval, no limit lasts over a day. */
function notTooLate(probe: LiveProbe, now: number): void {
  const mostMs = nextDue(now, probe.stored.fields.intervalS, 1);
  if (probe.dueMs > mostMs) probe.dueMs = now;
  if ((probe.limitedUntilMs ?? 0) > now + longestLimitMs) probe.limitedUntilMs = null;
}

const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
