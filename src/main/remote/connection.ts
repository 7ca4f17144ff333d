import { AppError } from '../../shared/errors.ts';
import { Heartbeat, type HeartbeatTimes, type Quality, usualTimes } from './heartbeat.ts';
import type { RemoteTarget } from './remote.ts';
import { type Channel, NotConnected, type Transport } from './transport.ts';

/** Channels that one connection carries at most: sshd allows 10 sessions. */
export const channelsPerConnection = 8;

/** One established, verified and logged-in SSH connection. */
export class Connection {
  readonly target: RemoteTarget;
  readonly transport: Transport;
  /** How many channels this server lets us have; lowered when it refuses one. */
  limit: number;
  inUse = 0;
  readonly #heartbeat: Heartbeat;
  #lost = false;
  #suspect = false;
  readonly #lostListeners = new Set<() => void>();
  readonly #changeListeners = new Set<() => void>();

  constructor(transport: Transport, target: RemoteTarget, limit: number, times: HeartbeatTimes = usualTimes) {
    this.transport = transport;
    this.target = target;
    this.limit = limit;
    this.#heartbeat = new Heartbeat(transport, times, { onQuality: () => this.#changed(), onDead: () => this.drop() });
    transport.onClose(() => this.#markLost());
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Whether it takes a further channel. */
  get free(): boolean {
    return !this.#lost && !this.#suspect && this.inUse < this.limit;
  }

  get quality(): Quality {
    return this.#suspect ? 'silent' : this.#heartbeat.quality;
  }

  /** The last round trip; null: none yet. */
  get roundTripMs(): number | null {
    return this.#heartbeat.roundTripMs;
  }

  /** Calls back once, when the connection is lost or closed; before its channels close, so that a listener can see what they had received. */
  onLost(listener: () => void): () => void {
    if (this.#lost) {
      listener();
      return () => undefined;
    }
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  /** Calls back whenever `quality` or `free` may have changed otherwise than by channels. */
  onChange(listener: () => void): void {
    this.#changeListeners.add(listener);
  }

  /** Takes no further channels until it has proved to be alive; drops it when it has not done so in time. */
  async suspect(limitMs: number): Promise<void> {
    if (this.#lost || this.#suspect) return;
    this.#suspect = true;
    this.#changed();
    const alive = await this.#heartbeat.answersWithin(limitMs);
    this.#suspect = false;
    if (alive) this.#changed();
    else this.drop();
  }

  /** Closes it, politely when it still answers. */
  close(): void {
    this.#markLost();
  }

  /** Gives it up: whoever uses it learns that it is lost. */
  drop(): void {
    this.#markLost();
  }

  #changed(): void {
    if (!this.#lost) for (const listener of [...this.#changeListeners]) listener();
  }

  #markLost(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#heartbeat.stop();
    for (const listener of [...this.#lostListeners]) listener();
    this.#lostListeners.clear();
    this.#changeListeners.clear();
    this.transport.close();
  }
}

/** How opening a channel went wrong, as far as it decides what to do next. */
export type OpenFailure = { kind: 'not-connected' } | { kind: 'refused'; reason: string } | { kind: 'lost' };

/** Opens a channel. `not-connected` and `refused` prove that the command never reached the server. */
export function openChannel(connection: Connection, open: (transport: Transport) => Promise<Channel>): Promise<Channel | OpenFailure> {
  return new Promise((resolve) => {
    const forget = connection.onLost(() => resolve({ kind: 'lost' }));
    const settle = (result: Channel | OpenFailure) => {
      forget();
      resolve(result);
    };
    open(connection.transport).then(settle, (error: unknown) => {
      if (connection.lost) settle({ kind: 'lost' });
      else if (error instanceof NotConnected) settle({ kind: 'not-connected' });
      else settle({ kind: 'refused', reason: String((error as Error).message).slice(0, 200) });
    });
  });
}

/** The error for a connection that went away under a command: its outcome is unknown. */
export function connectionLost(connection: Connection): AppError {
  return new AppError('ssh.connection-lost', { server: connection.target.name });
}
