import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';

/** A place for one channel on a connection. `release` gives it back. */
export interface Place {
  connection: Connection;
  release: () => void;
}

/** What a lane does its work with. */
export interface LanePorts {
  connect(signal: AbortSignal): Promise<Connection>;
  /** Connections this lane may have, each with its own channels. */
  mostConnections: number;
  /** A connection with nothing on it is closed after so many milliseconds; absent: kept. */
  idleMs?: number | undefined;
  /** Something of what `phase` is made of has changed. */
  onChange(): void;
  onLost(connection: Connection): void;
  onFailed(error: AppError): void;
}

interface Waiter {
  grant: (place: Place) => void;
  fail: (error: unknown) => void;
}

/** How long somebody waits for a place before a further connection is made: short commands need none, followers and terminals do. */
const growAfterMs = 500;

/** The connections of one server for one purpose, made when first needed. */
export class Lane {
  readonly #ports: LanePorts;
  #connections: Connection[] = [];
  readonly #waiting: Waiter[] = [];
  #connecting: AbortController | null = null;
  #growTimer: NodeJS.Timeout | null = null;
  readonly #idleTimers = new Map<Connection, NodeJS.Timeout>();

  constructor(ports: LanePorts) {
    this.#ports = ports;
  }

  /** Those that are open now. */
  get connections(): readonly Connection[] {
    return this.#connections;
  }

  get connected(): boolean {
    return this.#connections.length > 0;
  }

  get connecting(): boolean {
    return this.#connecting !== null;
  }

  /** Waits for a place on a connection, connecting when there is none. Rejects with the connection's error or the signal's reason. */
  acquire(signal?: AbortSignal): Promise<Place> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        grant: (place) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(place);
        },
        fail: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  /** Closes everything; whoever waits gets `error`. */
  reset(error: AppError): void {
    this.#connecting?.abort(error);
    this.#connecting = null;
    if (this.#growTimer !== null) clearTimeout(this.#growTimer);
    this.#growTimer = null;
    const connections = this.#connections;
    this.#connections = [];
    for (const connection of connections) connection.close();
    for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    this.#ports.onChange();
  }

  #serve(): void {
    for (const connection of this.#connections) {
      while (connection.free) {
        const waiter = this.#waiting.shift();
        if (waiter === undefined) return;
        waiter.grant(this.#place(connection));
      }
    }
    if (this.#waiting.length === 0 || this.#connecting !== null) return;
    if (this.#connections.length === 0) void this.#connect();
    else if (this.#connections.length < this.#ports.mostConnections) this.#growLater();
  }

  #growLater(): void {
    this.#growTimer ??= setTimeout(() => {
      this.#growTimer = null;
      if (this.#waiting.length > 0 && this.#connecting === null && this.#connections.length < this.#ports.mostConnections) void this.#connect();
    }, growAfterMs);
  }

  #place(connection: Connection): Place {
    connection.inUse += 1;
    clearTimeout(this.#idleTimers.get(connection));
    this.#idleTimers.delete(connection);
    let released = false;
    return {
      connection,
      release: () => {
        if (released) return;
        released = true;
        connection.inUse -= 1;
        this.#serve();
        this.#closeIdle(connection);
      },
    };
  }

  #closeIdle(connection: Connection): void {
    const { idleMs } = this.#ports;
    if (idleMs === undefined || connection.inUse > 0 || this.#idleTimers.has(connection)) return;
    const timer = setTimeout(() => {
      this.#idleTimers.delete(connection);
      if (connection.inUse > 0 || !this.#connections.includes(connection)) return;
      this.#connections = this.#connections.filter((other) => other !== connection);
      connection.close();
      this.#ports.onChange();
    }, idleMs);
    timer.unref();
    this.#idleTimers.set(connection, timer);
  }

  async #connect(): Promise<void> {
    const attempt = new AbortController();
    this.#connecting = attempt;
    this.#ports.onChange();
    try {
      const connection = await this.#ports.connect(attempt.signal);
      if (this.#connecting !== attempt) return connection.close();
      this.#connecting = null;
      this.#adopt(connection);
    } catch (error) {
      if (this.#connecting !== attempt) return;
      this.#connecting = null;
      if (error instanceof AppError) this.#ports.onFailed(error);
      // Where there is a connection the waiting still have a chance of a place on it.
      if (this.#connections.length === 0) for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    }
    this.#ports.onChange();
    this.#serve();
  }

  #adopt(connection: Connection): void {
    this.#connections.push(connection);
    connection.onChange(() => {
      this.#ports.onChange();
      this.#serve();
    });
    this.#closeIdle(connection);
    connection.onLost(() => {
      clearTimeout(this.#idleTimers.get(connection));
      this.#idleTimers.delete(connection);
      if (!this.#connections.includes(connection)) return;
      this.#connections = this.#connections.filter((other) => other !== connection);
      this.#ports.onLost(connection);
      this.#ports.onChange();
      this.#serve();
    });
  }
}
