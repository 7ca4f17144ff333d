import { AppError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Probe, ProbeFields, ProbeId } from '../../../../shared/model/probe.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { KeyedState } from '../../../rpc/keyedState.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { firstDue } from './probeSchedule.ts';
import type { ProbeSpending } from './probeSpending.ts';
import { type LiveProbe, standingOf } from './probeStanding.ts';
import type { ProbedServer, ProbesPorts } from './probesPorts.ts';
import type { ProbesRepo } from './probesRepo.ts';

/** Servers that were renamed or left are noticed after this. */
const reloadMs = 30_000;

/** What probes are kept up with. */
export interface LiveProbesParts extends Pick<ProbesPorts, 'servers' | 'deployed' | 'way' | 'nowMs'> {
  repo: ProbesRepo;
  spending: ProbeSpending;
  random(): number;
  runByThemselves(): boolean;
}

/** Probes of servers that are there, as they stand. */
export class LiveProbes {
  readonly state = new KeyedState<Probe>();
  readonly #parts: LiveProbesParts;
  readonly #live = new Map<ProbeId, LiveProbe>();
  readonly #readings = new Map<ProbeId, readonly Reading[]>();
  #reloadedMs = 0;

  constructor(parts: LiveProbesParts) {
    this.#parts = parts;
  }

  /** Takes what is stored, with what is known besides of those that were there. */
  reload(): void {
    const { repo, servers, deployed, nowMs, random } = this.#parts;
    this.#reloadedMs = nowMs();
    const names = new Map(servers().map(({ id, name }) => [id, name]));
    const present = new Set<ProbeId>();
    for (const stored of repo.all()) {
      const serverName = names.get(stored.serverId);
      const isThere = stored.stack === null || deployed(stored.serverId).some(({ stackId }) => stackId === stored.stack);
      if (stored.removed || serverName === undefined || !isThere) continue;
      present.add(stored.id);
      const before = this.#live.get(stored.id);
      if (before !== undefined) Object.assign(before, { stored, serverName });
      else {
        const dueMs = firstDue(nowMs(), stored.fields.intervalS, random());
        const { last, sinceMs } = stored;
        this.#live.set(stored.id, { stored, serverName, last, sinceMs, running: false, dueMs, limitedUntilMs: null, problem: null });
      }
      this.tell(stored.id);
    }
    for (const id of [...this.#live.keys()].filter((each) => !present.has(each))) {
      this.#live.delete(id);
      this.#readings.delete(id);
      this.tell(id);
    }
  }

  reloadNowAndThen(): void {
    if (Math.abs(this.#parts.nowMs() - this.#reloadedMs) >= reloadMs) this.reload();
  }

  /** Tells watchers how a probe stands. */
  tell(id: ProbeId): void {
    const { spending, runByThemselves, way } = this.#parts;
    const probe = this.#live.get(id);
    if (probe === undefined) this.state.delete(id);
    else this.state.set(id, standingOf(probe, spending, runByThemselves(), way?.(probe.stored.serverId) ?? null));
  }

  tellAll(): void {
    for (const id of this.#live.keys()) this.tell(id);
  }

  all(): LiveProbe[] {
    return [...this.#live.values()];
  }

  /** Those of one server, from what is at hand. */
  of(serverId: ServerId): Probe[] {
    const found: Probe[] = [];
    for (const [id, { stored }] of this.#live) {
      const probe = stored.serverId === serverId ? this.state.get(id) : undefined;
      if (probe !== undefined) found.push(probe);
    }
    return found;
  }

  /** One by its id, or by its name where no other has that. Throws `probe.not-found`. */
  find(which: string): LiveProbe {
    const found = this.#live.get(which as ProbeId) ?? only(this.all().filter(({ stored }) => stored.fields.name === which));
    if (found === undefined) throw new AppError('probe.not-found', { name: which });
    return found;
  }

  /** How one stands. Throws `probe.not-found`. */
  shown(id: ProbeId): Probe {
    const found = this.state.get(id);
    if (found === undefined) throw new AppError('probe.not-found', { name: id });
    return found;
  }

  /** Throws `server.not-found`. */
  serverOf({ server: name }: ProbeFields): ProbedServer {
    const server = this.#parts.servers().find((each) => each.name === name);
    if (server === undefined) throw new AppError('server.not-found', { name });
    return server;
  }

  /** Throws `probe.exists` where another one of that server has the name. */
  checkName(name: string, serverId: ServerId, except: ProbeId | null): void {
    for (const { stored } of this.#live.values())
      if (stored.fields.name === name && stored.serverId === serverId && stored.id !== except) throw new AppError('probe.exists', { name });
  }

  /** Takes readings of a probe; the latest of all probes of that server, or null where they are of none. */
  heard(look: HealthLook): readonly Reading[] | null {
    const id = look.readings[0]?.subject.slice('probe:'.length) as ProbeId | undefined;
    if (id === undefined) return null;
    this.#readings.set(id, look.readings);
    return this.all()
      .filter(({ stored }) => stored.serverId === look.serverId)
      .flatMap(({ stored }) => this.#readings.get(stored.id) ?? []);
  }
}

const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
