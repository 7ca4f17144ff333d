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

/** So many share a commit at most: a turn of the event loop stays short. */
const writesPerTurn = 64;

interface Write {
  what: string;
  body: () => void;
  committed: () => void;
  failed: (error: unknown) => void;
  error: { error: unknown } | null;
}

/**
 * The way into the journal. Every write to an operation first proves that this life of the core still holds the operation's lease;
 * where another has taken it, the write is refused with `operation.lease-lost`.
 *
 * A commit costs a synchronisation of the disk, which a busy one makes last: writes that come before it is done share the next one. They
 * are queued, carried out in order in one transaction, synchronised by a thread of Node's while the event loop goes on, and only then do
 * their promises resolve. One that is refused leaves the others untouched; a full disk fails them all.
 */
export class Journal {
  readonly database: Database;
  readonly #token = randomBytes(16).toString('hex');
  readonly #nowMs: () => number;
  readonly #hook: JournalHook;
  readonly #leaseMs: number;
  readonly #queue: Write[] = [];
  #turn: NodeJS.Immediate | null = null;
  /** Carried out, and on the way to the disk. */
  #syncing: Write[] | null = null;

  constructor(ports: JournalPorts) {
    this.database = ports.database;
    this.#nowMs = ports.nowMs;
    this.#hook = ports.hook ?? (() => {});
    this.#leaseMs = ports.leaseMs ?? 60_000;
  }

  /** Queues a write; resolves when it is on disk. `committed` runs right then, before any other write is carried out. */
  write<T>(what: string, body: () => T, committed: (result: T) => void = () => {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      const commit = (): void => {
        committed(result);
        resolve(result);
      };
      const run = (): void => {
        result = body();
      };
      this.#queue.push({ what, body: run, committed: commit, failed: reject, error: null });
      this.#expectTurn();
    });
  }

  /** Queues a write to an operation whose lease this life holds. */
  writeTo<T>(id: OperationId, what: string, body: () => T, committed?: (result: T) => void): Promise<T> {
    return this.write(what, () => this.#withLease(id, body), committed);
  }

  /** Writes at once, after what is queued. */
  writeNow<T>(what: string, body: () => T): T {
    this.flush();
    this.#hook('before', what);
    const result = this.database.transaction(body);
    this.#hook('after', what);
    return result;
  }

  /** Writes at once to an operation whose lease this life holds. */
  writeToNow<T>(id: OperationId, what: string, body: () => T): T {
    return this.writeNow(what, () => this.#withLease(id, body));
  }

  /** Puts on disk what is queued. Never throws: each write hears of its own failure. */
  flush(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#settleNow(this.#syncing);
    while (this.#queue.length > 0) this.#settleNow(this.#carryOutNext());
  }

  #expectTurn(): void {
    if (this.#syncing === null) this.#turn ??= setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#turn = null;
    const writes = this.#carryOutNext();
    this.database.sync().then(
      () => this.#settle(writes, null),
      (error: unknown) => this.#settle(writes, { error }),
    );
  }

  #carryOutNext(): Write[] {
    const writes = this.#queue.splice(0, writesPerTurn);
    this.#syncing = writes;
    for (const write of writes) attempt(write, () => this.#hook('before', write.what));
    try {
      this.database.transactionToSync(() => {
        for (const write of writes) if (write.error === null) this.#carryOut(write);
      });
    } catch (error) {
      for (const write of writes) write.error ??= { error };
    }
    return writes;
  }

  #settleNow(writes: Write[] | null): void {
    if (writes === null) return;
    const failure: { failed?: Write['error'] } = {};
    try {
      this.database.syncNow();
    } catch (error) {
      failure.failed = { error };
    }
    this.#settle(writes, failure.failed ?? null);
  }

  /** Tells writes that they are on disk, or why not; once, whoever finds it out first. */
  #settle(writes: Write[], failure: Write['error']): void {
    if (this.#syncing !== writes) return;
    this.#syncing = null;
    for (const write of writes) {
      const error = write.error ?? failure;
      if (error !== null) write.failed(error.error);
      else {
        write.committed();
        this.#hook('after', write.what);
      }
    }
    if (this.#queue.length > 0) this.#expectTurn();
  }

  /**
   * Takes the lease of an operation. Unless `force` is given one that another life holds is left to it until it has expired, and
   * this throws `operation.lease-lost`. `force` is for whoever holds the lock of the data directory: others are dead.
   */
  claim(id: OperationId, options: { force: boolean }): void {
    const now = this.#nowMs();
    this.writeNow('lease', () => {
      const row = this.#lease(id);
      const free = row?.lease_token === null || row?.lease_token === this.#token || (row !== undefined && row.lease_expires_at_ms <= now);
      if (!free && !options.force) throw new AppError('operation.lease-lost', { id });
      this.#extend(id);
    });
  }

  /** The columns of a lease that this life holds, for a row that is being made. */
  newLease(): { lease_token: string; lease_expires_at_ms: number } {
    return { lease_token: this.#token, lease_expires_at_ms: this.#nowMs() + this.#leaseMs };
  }

  /** Gives the lease back, if it is held. Part of a write. */
  release(id: OperationId): void {
    const update = this.database.query.updateTable('operations').set({ lease_token: null, lease_expires_at_ms: 0 });
    this.database.run(update.where('id', '=', id).where('lease_token', '=', this.#token));
  }

  /** A write of its own can be undone alone; what the disk refuses fails the whole transaction. */
  #carryOut(write: Write): void {
    try {
      this.database.transaction(write.body);
    } catch (error) {
      if (AppError.is(error, 'local.disk-full') || AppError.is(error, 'database.unreadable')) throw error;
      write.error = { error };
    }
  }

  /** An expired lease that nobody took meanwhile is taken up again: the machine was only asleep. */
  #withLease<T>(id: OperationId, body: () => T): T {
    const row = this.#lease(id);
    if (row?.lease_token !== this.#token) throw new AppError('operation.lease-lost', { id });
    if (row.lease_expires_at_ms - this.#nowMs() < this.#leaseMs / 2) this.#extend(id);
    return body();
  }

  #lease(id: OperationId): { lease_token: string | null; lease_expires_at_ms: number } | undefined {
    return this.database.first(this.database.query.selectFrom('operations').select(['lease_token', 'lease_expires_at_ms']).where('id', '=', id));
  }

  #extend(id: OperationId): void {
    this.database.run(this.database.query.updateTable('operations').set(this.newLease()).where('id', '=', id));
  }
}

function attempt(write: Write, body: () => void): void {
  try {
    body();
  } catch (error) {
    write.error = { error };
  }
}
