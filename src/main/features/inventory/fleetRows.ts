import type { FleetRow } from '../../../shared/contract/servers.ts';
import { AppError, serializeError } from '../../../shared/errors.ts';
import type { Vitals } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteState } from '../../remote/remote.ts';
import { KeyedState } from '../../rpc/keyedState.ts';
import { healthOf } from './healthRules.ts';
import type { ServersRepo } from './serversRepo.ts';
import { UtilizationHistory } from './utilizationHistory.ts';

/** Where the parts of a row come from. */
export interface FleetRowPorts {
  servers: ServersRepo;
  remoteState(id: ServerId): RemoteState;
  activity(id: ServerId): FleetRow['activity'];
  stacks(id: ServerId): FleetRow['stacks'];
  intervalMs(): number;
  nowMs(): number;
}

/** The rows of Fleet, one per server, put together from everything that is known. A row is replaced only when it differs. */
export class FleetRows {
  readonly state = new KeyedState<FleetRow>();
  readonly #ports: FleetRowPorts;
  readonly #vitals = new Map<ServerId, Vitals>();
  readonly #history = new Map<ServerId, UtilizationHistory>();

  constructor(ports: FleetRowPorts) {
    this.#ports = ports;
    for (const server of ports.servers.all()) this.refresh(server.id);
  }

  /** Takes a reading. */
  addVitals(id: ServerId, vitals: Vitals): void {
    if (this.#ports.servers.byId(id) === undefined) return;
    this.#remember(id, vitals);
    this.#vitals.set(id, vitals);
    this.refresh(id);
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
    const vitals = this.#vitals.get(id) ?? null;
    const facts = this.#ports.servers.facts(id);
    return {
      server,
      connection: isTrusted ? remote.state : 'untrusted',
      connectionError: isTrusted && remote.error !== null ? serializeError(remote.error) : null,
      health: healthOf({ vitals, facts, nowMs, intervalMs: this.#ports.intervalMs() }).state,
      activity: this.#ports.activity(id),
      facts,
      vitals,
      utilizationHistory: this.#history.get(id)?.values(nowMs) ?? [],
      stacks: this.#ports.stacks(id),
    };
  }

  /** Takes earlier readings from the stored series, for the history alone: they say nothing of how the server is now. */
  addHistory(id: ServerId, readings: readonly Vitals[]): void {
    for (const reading of readings) this.#remember(id, reading);
    this.refresh(id);
  }

  #remember(id: ServerId, vitals: Vitals): void {
    const history = this.#history.get(id) ?? new UtilizationHistory();
    history.add(vitals);
    this.#history.set(id, history);
  }
}

/** The history is left out: it changes with the readings, and by the mere passing of time not worth a frame. */
function isSame(a: FleetRow, b: FleetRow): boolean {
  const parts = (row: FleetRow) => JSON.stringify([row.connection, row.connectionError, row.health, row.activity, row.stacks]);
  return a.server === b.server && a.facts === b.facts && a.vitals === b.vitals && parts(a) === parts(b);
}
