import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { RemoteTarget } from './remote.ts';

/** Channels that one connection carries at most: sshd allows 10 sessions. */
export const channelsPerConnection = 8;

/** One established, verified and logged-in SSH connection. */
export class Connection {
  readonly target: RemoteTarget;
  readonly client: Client;
  /** How many channels this server lets us have; lowered when it refuses one. */
  limit: number;
  inUse = 0;
  #lost = false;
  readonly #listeners = new Set<() => void>();

  constructor(client: Client, target: RemoteTarget, limit: number) {
    this.client = client;
    this.target = target;
    this.limit = limit;
    const markLost = () => this.#markLost();
    client.on('error', markLost).on('end', markLost).on('close', markLost);
  }

  get lost(): boolean {
    return this.#lost;
  }

  get free(): boolean {
    return !this.#lost && this.inUse < this.limit;
  }

  /** Calls back once, when the connection is lost or closed; before ssh2 closes its channels, so that a listener can see what they had received. */
  onLost(listener: () => void): () => void {
    if (this.#lost) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes it, politely when it still answers. */
  close(): void {
    this.client.end();
    this.#markLost();
    this.client.destroy();
  }

  #markLost(): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
    this.client.destroy();
  }
}

/** How opening a channel went wrong, as far as it decides what to do next. */
export type OpenFailure = { kind: 'not-connected' } | { kind: 'refused'; reason: string } | { kind: 'lost' };

/** Opens a channel. `not-connected` and `refused` prove that the command never reached the server. */
export function openChannel(
  connection: Connection,
  open: (client: Client, done: (error: Error | undefined, channel: ClientChannel) => void) => void,
): Promise<ClientChannel | OpenFailure> {
  return new Promise((resolve) => {
    const forget = connection.onLost(() => resolve({ kind: 'lost' }));
    const settle = (result: ClientChannel | OpenFailure) => {
      forget();
      resolve(result);
    };
    try {
      open(connection.client, (error, channel) => {
        if (error === undefined || error === null) settle(channel);
        else if (connection.lost) settle({ kind: 'lost' });
        else settle({ kind: 'refused', reason: error.message.slice(0, 200) });
      });
    } catch {
      // ssh2 throws at once when the connection is gone: nothing was sent.
      settle({ kind: 'not-connected' });
    }
  });
}

/** The error for a connection that went away under a command: its outcome is unknown. */
export function connectionLost(connection: Connection): AppError {
  return new AppError('ssh.connection-lost', { server: connection.target.name });
}
