import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import { type Probe, type ProbeFields, type ProbeId, type ProbeResult, probeIdSchema } from '../../../../shared/model/probe.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { KeyedState } from '../../../rpc/keyedState.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { LiveProbes } from './liveProbes.ts';
import { runProbe } from './probeRuns.ts';
import { nextDue, toStart } from './probeSchedule.ts';
import { ProbeSpending } from './probeSpending.ts';
import type { LiveProbe } from './probeStanding.ts';
import type { ProbesPorts } from './probesPorts.ts';
import { ProbesRepo } from './probesRepo.ts';
import type { CheckPorts } from './runCheck.ts';
import { ShippedSync } from './shippedSync.ts';

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

/** A day, and the hour that one may have more. */
const longestLimitMs = 25 * 3_600_000;

const idAnswer = z.object({ id: probeIdSchema });

/** Makes the service over what is stored. */
export function createProbesService(ports: ProbesPorts): ProbesService {
  const { nowMs, random = Math.random } = ports;
  const repo = new ProbesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, nowMs);
  const spending = new ProbeSpending(repo, nowMs);
  const stop = new AbortController();
  let ticking: NodeJS.Timeout | null = null;
  const probes = new LiveProbes({ ...ports, repo, spending, random, runByThemselves: () => ticking !== null });
  const reload = () => probes.reload();
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
  const runs = {
    ...{ repo, spending, nowMs, log: ports.log, changed: (id: ProbeId) => probes.tell(id) },
    checkPorts: ({ stored }: LiveProbe): CheckPorts => ({
      ...{ remote: ports.remote(stored.serverId), secret: ports.secret, nowMs, clock: ports.clock },
      containers: () => ports.containers(stored.serverId),
      stackSecrets: (stack) => ports.stackSecrets(stored.serverId, stack),
    }),
    told(look: HealthLook) {
      const all = probes.heard(look);
      if (all !== null) ports.told(look, all);
    },
  };
  const start = (probe: LiveProbe) => {
    probe.dueMs = nextDue(nowMs(), probe.stored.fields.intervalS, random());
    void runProbe(runs, probe, stop.signal);
  };
  reload();

  const service: ProbesService = {
    state: probes.state,
    list(ids) {
      reload();
      return probes.state
        .values()
        .filter(({ serverId }) => ids === undefined || ids.has(serverId))
        .sort((one, other) => one.fields.server.localeCompare(other.fields.server) || one.fields.name.localeCompare(other.fields.name));
    },
    of: (serverId) => probes.of(serverId),
    add({ requestId, fields }) {
      const server = probes.serverOf(fields);
      const { id } = requests.once(requestId, 'probes.add', idAnswer, () => {
        probes.checkName(fields.name, server.id, null);
        const added = `probe_${randomBytes(8).toString('hex')}` as ProbeId;
        repo.insert({ id: added, origin: 'own', serverId: server.id, fields, stack: null, release: null }, nowMs());
        return { id: added };
      });
      reload();
      return probes.shown(id);
    },
    edit({ requestId, probe, fields }) {
      const server = probes.serverOf(fields);
      const { id } = requests.once(requestId, 'probes.edit', idAnswer, () => {
        const { stored } = probes.find(probe);
        probes.checkName(fields.name, server.id, stored.id);
        repo.update(stored.id, { serverId: server.id, fields, edited: true });
        return { id: stored.id };
      });
      reload();
      const changed = probes.find(id);
      Object.assign(changed, { dueMs: Math.min(changed.dueMs, nextDue(nowMs(), fields.intervalS, random())), problem: null, limitedUntilMs: null });
      probes.tell(id);
      return probes.shown(id);
    },
    remove({ requestId, probe }) {
      const { id } = requests.once(requestId, 'probes.remove', idAnswer, () => {
        const { stored } = probes.find(probe);
        if (stored.origin === 'own') repo.remove(stored.id);
        else repo.update(stored.id, { removed: true });
        return { id: stored.id };
      });
      reload();
      return id;
    },
    async run({ probe }, signal) {
      const found = probes.find(probe);
      const { id, fields } = found.stored;
      if (found.running) throw new AppError('probe.not-run', { name: fields.name, reason: 'it runs at this moment' });
      const result = await runProbe(runs, found, signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
      signal?.throwIfAborted();
      if (result !== null) return { probe: probes.shown(id), result };
      const limited = found.limitedUntilMs === null ? null : `what it may use in a day is used up until ${new Date(found.limitedUntilMs).toISOString()}`;
      throw new AppError('probe.not-run', { name: fields.name, reason: limited ?? found.problem ?? 'it was given up' });
    },
    deploymentsChanged(id) {
      reload();
      if (ticking !== null) shipped.look(id);
    },
    start() {
      ticking ??= setInterval(() => service.tick(), 1_000).unref();
      probes.tellAll();
    },
    tick() {
      probes.reloadNowAndThen();
      const all = probes.all();
      for (const probe of all) notTooLate(probe, nowMs());
      const waiting = all.filter(({ stored, running, limitedUntilMs }) => !stored.fields.paused && !running && (limitedUntilMs ?? 0) <= nowMs());
      // Of a server that is not reached nothing can be said of what is asked there.
      const ready = waiting.filter(({ stored }) => stored.fields.from === 'laptop' || ports.connected(stored.serverId));
      const of = ({ stored, dueMs }: LiveProbe) => ({ id: stored.id, serverId: stored.serverId, dueMs });
      const running = all.filter((each) => each.running).map(of);
      for (const { id } of toStart(ready.map(of), running, nowMs())) start(probes.find(id));
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
