import type { FleetRow } from '../../../shared/contract/servers.ts';
import { AppError, serializeError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteState } from '../../remote/remote.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { healthOf } from './healthRules.ts';
import type { ServersRepo } from './serversRepo.ts';
import { UtilizationHistory } from './utilizationHistory.ts';
import { type MeasuredLook, VitalsOfLooks } from './vitalsOfLooks.ts';

/** Where the parts of a row come from. */
export interface FleetRowPorts {
  servers: ServersRepo;
  remoteState(id: ServerId): RemoteState;
  activity(id: ServerId): FleetRow['activity'];
  stacks(id: ServerId): FleetRow['stacks'];
  /** How often a server is read now, or would be. */
  intervalMs(id: ServerId): number;
  /** Whether anybody looks at the fleet. */
  isWatched(): boolean;
  nowMs(): number;
}

/**
 * The rows of Fleet, one per server, put together from everything that is known. A row is replaced only when it differs. Looks alone replace none
 * while nobody looks at the fleet: call `sweep` when somebody begins to.
 */
export class FleetRows {
  readonly state = new KeyedState<FleetRow>();
  readonly #ports: FleetRowPorts;
  readonly #vitals = new Map<ServerId, VitalsOfLooks>();
  readonly #history = new Map<ServerId, UtilizationHistory>();

  constructor(ports: FleetRowPorts) {
    this.#ports = ports;
    for (const server of ports.servers.all()) this.refresh(server.id);
  }

  /** Takes what was measured of a server. */
  take(look: MeasuredLook): void {
    const { serverId: id } = look;
    if (this.#ports.servers.byId(id) === undefined) return;
    const own = this.#vitals.get(id) ?? new VitalsOfLooks();
    this.#vitals.set(id, own);
    const vitals = own.take(look, this.#ports.servers.facts(id));
    if (vitals === null) return;
    const percents = vitals.gpus.map(({ utilizationPercent }) => utilizationPercent);
    this.#historyOf(id).add(vitals.observedAtMs, percents);
    if (this.#ports.isWatched()) this.refresh(id);
  }

  /** Puts a row together again. A server that is gone takes its row with it. */
  refresh(id: ServerId): void {
    const server = this.#ports.servers.byId(id);
    if (server === undefined) {
      this.#vitals.delete(id);
      this.#history.delete(id);
      this.state.delete(id);
      return;
    }
    const row = this.#compose(server);
    const before = this.state.get(id);
    if (before === undefined || !isSame(before, row)) this.state.set(id, row);
  }

  /** Looks at every row again: time alone turns a figure stale. */
  sweep(): void {
    for (const { id } of this.#ports.servers.all()) this.refresh(id);
  }

  /** Forgets what was measured: the address now leads to another machine. */
  forget(id: ServerId): void {
    this.#vitals.delete(id);
    this.#history.delete(id);
  }

  /** The row as it is now. Throws `server.not-found`. */
  row(id: ServerId): FleetRow {
    this.refresh(id);
    const row = this.state.get(id);
    if (row === undefined) throw new AppError('server.not-found', { name: id });
    return row;
  }

  #compose(server: Server): FleetRow {
    const { id } = server;
    const nowMs = this.#ports.nowMs();
    const remote = this.#ports.remoteState(id);
    const isTrusted = server.hostKeys.length > 0;
    const vitals = this.#vitals.get(id)?.latest ?? null;
    const facts = this.#ports.servers.facts(id);
    return {
      server,
      connection: isTrusted ? remote.state : 'untrusted',
      connectionError: isTrusted && remote.error !== null ? serializeError(remote.error) : null,
      health: vitals === null ? 'unknown' : healthOf({ vitals, facts, nowMs, intervalMs: this.#ports.intervalMs(id) }).state,
      activity: this.#ports.activity(id),
      facts,
      vitals,
      utilizationHistory: this.#history.get(id)?.values(nowMs) ?? [],
      stacks: this.#ports.stacks(id),
    };
  }

  /** Takes how much GPUs were used earlier from what is stored, for the history alone: it says nothing of how the server is now. */
  addHistory(id: ServerId, points: readonly { atMs: number; percent: number }[]): void {
    const server = this.#ports.servers.byId(id);
    if (server === undefined) return;
    for (const { atMs, percent } of points) this.#historyOf(id).add(atMs, [percent]);
    this.state.set(id, this.#compose(server));
  }

  #historyOf(id: ServerId): UtilizationHistory {
    const history = this.#history.get(id) ?? new UtilizationHistory();
    this.#history.set(id, history);
    return history;
  }
}

/** The history is left out: it changes with the readings, and by the mere passing of time not worth a frame. */
function isSame(a: FleetRow, b: FleetRow): boolean {
  const parts = (row: FleetRow) => JSON.stringify([row.connection, row.connectionError, row.health, row.activity, row.stacks]);
  return a.server === b.server && a.facts === b.facts && a.vitals === b.vitals && parts(a) === parts(b);
}
