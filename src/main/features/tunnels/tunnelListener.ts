import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import type { RemoteServer } from '../../remote/remote.ts';

/** How long somebody who connects waits for a server that is out of reach. */
const patienceMs = 30_000;

/** What a listener is of a tunnel's figures. */
export interface ListenerFigures {
  state: 'connecting' | 'open' | 'reconnecting' | 'failed';
  boundPort: number;
  error: AppError | null;
  connections: number;
  connectionsTotal: number;
  bytesUp: number;
  bytesDown: number;
}

/** Where a listener leads. */
export interface ListenerTarget {
  remote: RemoteServer;
  host: string;
  port: number;
  /** Null: any. */
  localPort: number | null;
}

/**
 * A port of this computer's loopback that leads through a server. It goes on listening while the connection to the server is gone: who
 * connects meanwhile waits for it.
 */
export class TunnelListener {
  readonly #target: ListenerTarget;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  readonly #sockets = new Set<Socket>();
  readonly #listener: NetServer;
  #boundPort = 0;
  #state: ListenerFigures['state'] = 'connecting';
  #holding = false;
  #error: AppError | null = null;
  #total = 0;
  #bytesUp = 0;
  #bytesDown = 0;

  /** Opens the port. Throws `tunnel.port-taken`. */
  static async open(target: ListenerTarget, onChange: () => void): Promise<TunnelListener> {
    const listener = new TunnelListener(target, onChange);
    await listener.#listen();
    listener.#hold();
    return listener;
  }

  private constructor(target: ListenerTarget, onChange: () => void) {
    this.#target = target;
    this.#onChange = onChange;
    // What one side has ended may still be answered by the other.
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.#serve(socket));
  }

  get figures(): ListenerFigures {
    const { size } = this.#sockets;
    const counts = { connections: size, connectionsTotal: this.#total, bytesUp: this.#bytesUp, bytesDown: this.#bytesDown };
    return { state: this.#state, boundPort: this.#boundPort, error: this.#error, ...counts };
  }

  /** Closes the port and every connection through it. */
  close(): void {
    this.#stop.abort(new AppError('core.stopping', {}));
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #listen(): Promise<void> {
    const port = this.#target.localPort ?? 0;
    return new Promise((resolve, reject) => {
      this.#listener.once('error', (error: NodeJS.ErrnoException) =>
        reject(new AppError('tunnel.port-taken', { port, reason: reasonOf(error) }, { cause: error })),
      );
      this.#listener.listen({ host: '127.0.0.1', port }, () => {
        const address = this.#listener.address();
        this.#boundPort = typeof address === 'object' && address !== null ? address.port : port;
        this.#listener.on('error', () => undefined);
        resolve();
      });
    });
  }

  /** Keeps a connection to the server until that needs a person; somebody who connects makes it try again. */
  #hold(): void {
    if (this.#holding || this.#stop.signal.aborted) return;
    this.#holding = true;
    const onState = (isThere: boolean) => this.#become(isThere ? 'open' : 'reconnecting', isThere ? null : this.#error);
    this.#target.remote
      .holdForwards({ signal: this.#stop.signal, onState })
      .catch((error: unknown) => this.#become('failed', asError(error)))
      .finally(() => {
        this.#holding = false;
      });
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    this.#total += 1;
    this.#onChange();
    const gone = new AbortController();
    socket.once('close', () => {
      gone.abort();
      this.#sockets.delete(socket);
      this.#onChange();
    });
    socket.on('error', () => undefined);
    this.#hold();
    const { remote, host, port } = this.#target;
    try {
      const signal = AbortSignal.any([gone.signal, this.#stop.signal, AbortSignal.timeout(patienceMs)]);
      const stream = await remote.persist(() => remote.forward(host, port, { signal, onLost: () => socket.resetAndDestroy() }), { signal, stubborn: true });
      if (socket.destroyed) return void stream.destroy();
      if (this.#error !== null && this.#state === 'open') this.#become('open', null);
      this.#join(socket, stream);
    } catch (error) {
      if (!gone.signal.aborted && !this.#stop.signal.aborted && error instanceof AppError) this.#become(this.#state, error);
      socket.resetAndDestroy();
    }
  }

  #join(socket: Socket, stream: Duplex): void {
    const tell = () => this.#onChange();
    socket.on('data', (bytes: Buffer) => {
      this.#bytesUp += bytes.length;
      tell();
    });
    stream.on('data', (bytes: Buffer) => {
      this.#bytesDown += bytes.length;
      tell();
    });
    socket.pipe(stream);
    stream.pipe(socket);
    stream.on('error', () => socket.destroy());
    stream.on('close', () => {
      // What has come is still delivered.
      socket.destroySoon();
    });
    socket.on('close', () => stream.destroy());
  }

  #become(state: ListenerFigures['state'], error: AppError | null): void {
    if (this.#stop.signal.aborted || (this.#state === state && this.#error === error)) return;
    this.#state = state;
    this.#error = error;
    this.#onChange();
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'something else listens on it';
  if (error.code === 'EACCES') return 'ports below 1024 are for the administrator';
  return error.message;
}

function asError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', { correlationId: 'tunnel' });
}
