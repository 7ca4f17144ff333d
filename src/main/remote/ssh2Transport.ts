import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { type Channel, ChannelRefused, NotConnected, noteExit, type TerminalShape, type Transport } from './transport.ts';

type Opened<T> = (error: Error | undefined, stream: T) => void;

/** A connection that the built-in client has made. */
export class Ssh2Transport implements Transport {
  readonly identity: Client;
  readonly #client: Client;
  #received = 0;
  #closed = false;
  readonly #listeners: (() => void)[] = [];

  /** `socket` is what the client speaks through; both are logged in by now. */
  constructor(client: Client, socket: Duplex) {
    this.identity = client;
    this.#client = client;
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.length;
    });
    const gone = () => this.#markClosed();
    client.on('error', gone).on('end', gone).on('close', gone);
  }

  get received(): number {
    return this.#received;
  }

  exec(command: string, terminal?: TerminalShape): Promise<Channel> {
    return this.#openChannel((done) =>
      terminal === undefined ? this.#client.exec(command, done) : this.#client.exec(command, { pty: { ...terminal } }, done),
    );
  }

  shell(terminal: TerminalShape): Promise<Channel> {
    return this.#openChannel((done) => this.#client.shell({ ...terminal }, done));
  }

  forward(host: string, port: number): Promise<Duplex> {
    return this.#ask<ClientChannel>((done) => this.#client.forwardOut('127.0.0.1', 0, host, port, done));
  }

  ping(): Promise<void> {
    return new Promise((resolve) => {
      try {
        // Nothing is forwarded, so there is nothing to cancel: the server says so, and that is an answer.
        this.#client.unforwardIn('localhost', 0, () => {
          if (!this.#closed) resolve();
        });
      } catch {
        // The connection is gone, and `onClose` says so.
      }
    });
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#listeners.push(listener);
  }

  close(): void {
    this.#client.end();
    this.#markClosed();
    this.#client.destroy();
  }

  #openChannel(open: (done: Opened<ClientChannel>) => void): Promise<Channel> {
    return this.#ask<ClientChannel>((done) =>
      open((error, channel) => {
        if (error === undefined || error === null) noteExit(channel);
        done(error, channel);
      }),
    );
  }

  #ask<T>(ask: (done: Opened<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      try {
        ask((error, stream) => {
          if (error === undefined || error === null) return resolve(stream);
          const { reason } = error as { reason?: unknown };
          reject(this.#closed ? new NotConnected() : new ChannelRefused(error.message, typeof reason === 'number' ? reason : null));
        });
      } catch {
        // ssh2 throws at once when the connection is gone: nothing was sent.
        reject(new NotConnected());
      }
    });
  }

  #markClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#listeners.splice(0)) listener();
    this.#client.destroy();
  }
}
