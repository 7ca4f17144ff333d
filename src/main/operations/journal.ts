import { randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { OperationId } from '../../shared/model/ids.ts';
import type { Database } from '../database/database.ts';

/** Told of every durable write, just before it and just after. Tests end the process there. */
export type JournalHook = (when: 'before' | 'after', what: string) => void;

/** What the journal needs. */
export interface JournalPorts {
  database: Database;
  nowMs: () => number;
  hook?: JournalHook;
  leaseMs?: number;
}

/**
 * The way into the journal. Every write to an operation is one durable transaction that first proves that this life of the core
 * still holds the operation's lease; where another has taken it, the write is refused with `operation.lease-lost`.
 */
export class Journal {
  readonly database: Database;
  readonly #token = randomBytes(16).toString('hex');
  readonly #nowMs: () => number;
  readonly #hook: JournalHook;
  readonly #leaseMs: number;

  constructor(ports: JournalPorts) {
    this.database = ports.database;
    this.#nowMs = ports.nowMs;
    this.#hook = ports.hook ?? (() => {});
    this.#leaseMs = ports.leaseMs ?? 60_000;
  }

  /** Runs `body` as one durable write named `what`, without a lease: for what belongs to no running operation. */
  write<T>(what: string, body: () => T): T {
    this.#hook('before', what);
    const result = this.database.transaction(body);
    this.#hook('after', what);
    return result;
  }

  /** Runs `body` as one durable write to an operation whose lease this life holds. */
  writeTo<T>(id: OperationId, what: string, body: () => T): T {
    return this.write(what, () => {
      this.#proveLease(id);
      return body();
    });
  }

  /**
   * Takes the lease of an operation. Unless `force` is given one that another life holds is left to it until it has expired, and
   * this throws `operation.lease-lost`. `force` is for whoever holds the lock of the data directory: others are dead.
   */
  claim(id: OperationId, options: { force: boolean }): void {
    const now = this.#nowMs();
    this.write('lease', () => {
      const row = this.database.first(this.database.query.selectFrom('operations').select(['lease_token', 'lease_expires_at_ms']).where('id', '=', id));
      const free = row?.lease_token === null || row?.lease_token === this.#token || (row !== undefined && row.lease_expires_at_ms <= now);
      if (!free && !options.force) throw new AppError('operation.lease-lost', { id });
      this.#extend(id);
    });
  }

  /** Gives the lease back, if it is held. */
  release(id: OperationId): void {
    const update = this.database.query.updateTable('operations').set({ lease_token: null, lease_expires_at_ms: 0 });
    this.write('release', () => this.database.run(update.where('id', '=', id).where('lease_token', '=', this.#token)));
  }

  /** An expired lease that nobody took meanwhile is taken up again: the machine was only asleep. */
  #proveLease(id: OperationId): void {
    const row = this.database.first(this.database.query.selectFrom('operations').select(['lease_token', 'lease_expires_at_ms']).where('id', '=', id));
    if (row?.lease_token !== this.#token) throw new AppError('operation.lease-lost', { id });
    if (row.lease_expires_at_ms - this.#nowMs() < this.#leaseMs / 2) this.#extend(id);
  }

  #extend(id: OperationId): void {
    const lease = { lease_token: this.#token, lease_expires_at_ms: this.#nowMs() + this.#leaseMs };
    this.database.run(this.database.query.updateTable('operations').set(lease).where('id', '=', id));
  }
}
