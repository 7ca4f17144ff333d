import { AppError } from '../../shared/errors.ts';
import type { RemoteProgram, RemoteTarget } from './remote.ts';
import type { OpenedChannel, ServerLink } from './serverLink.ts';
import { type Channel, exitOf } from './transport.ts';
import type { Typing } from './typing.ts';
import { BeginFilter, commandLine, makeNonce, makePayload } from './wire.ts';

/** How long a place for a program is waited for. */
const patienceMs = 30_000;
/** Kept of what a program says on stderr. */
const saidCharacters = 2_000;

/** Stops waiting for a place on a server's connections after a while. Call `done` when there is one. */
export function patience(target: RemoteTarget, signal?: AbortSignal): { signal: AbortSignal; done: () => void } {
  const busy = new AppError('ssh.channel-refused', { server: target.name, reason: 'too many terminals are open on this server' });
  const patient = new AbortController();
  const timer = setTimeout(() => patient.abort(busy), patienceMs);
  return { signal: signal === undefined ? patient.signal : AbortSignal.any([patient.signal, signal]), done: () => clearTimeout(timer) };
}

/** See `RemoteServer.program`. */
export async function openProgram(
  link: ServerLink,
  target: RemoteTarget,
  request: { script: string; env?: Readonly<Record<string, string>>; signal?: AbortSignal },
): Promise<RemoteProgram> {
  const nonce = makeNonce();
  const payload = makePayload({ script: request.script, nonce, announce: true, ...(request.env === undefined ? {} : { env: request.env }) });
  const waiting = patience(target, request.signal);
  try {
    const opened = await link.open('interactive', (transport) => transport.exec(commandLine(payload, nonce)), waiting.signal);
    opened.channel.write(payload);
    return new ChannelProgram(opened, link.typing, new BeginFilter(nonce));
  } finally {
    waiting.done();
  }
}

/** A program over one channel. Nothing is read before somebody listens. */
export class ChannelProgram implements RemoteProgram {
  protected readonly channel: Channel;
  readonly #typing: Typing;
  readonly #filter: BeginFilter | null;
  readonly #closed: Promise<{ how: 'exited' | 'lost'; exitCode: number | null }>;
  #said = '';
  #isClosed = false;
  #paused = false;

  /** With a filter, what the login shell prints before the program begins is left out. */
  constructor({ channel, connection }: OpenedChannel, typing: Typing, filter: BeginFilter | null) {
    this.channel = channel;
    this.#typing = typing;
    this.#filter = filter;
    channel.on('error', () => undefined);
    channel.stderr.on('data', (bytes: Buffer) => {
      this.#said = (this.#said + bytes.toString('utf8')).slice(-saidCharacters);
    });
    this.#closed = new Promise((resolve) => {
      const settle = (how: 'exited' | 'lost') => {
        this.#isClosed = true;
        resolve({ how, exitCode: exitOf(channel)?.exitCode ?? null });
      };
      channel.once('close', () => settle(exitOf(channel) !== null || !connection.lost ? 'exited' : 'lost'));
      connection.onLost(() => settle(exitOf(channel) === null ? 'lost' : 'exited'));
    });
  }

  get said(): string {
    return this.#said;
  }

  /** Whether it has ended or its connection is gone. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(data: string | Uint8Array): void {
    if (!this.#isClosed && this.channel.writable) this.channel.write(data);
  }

  type(data: string | Uint8Array): void {
    this.#typing.note();
    this.write(data);
  }

  pause(): void {
    this.#paused = true;
    this.channel.pause();
  }

  resume(): void {
    this.#paused = false;
    this.channel.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.channel.on('data', (bytes: Buffer) => {
      const own = this.#filter === null ? bytes : this.#filter.take(bytes);
      if (own.length > 0) listener(own);
    });
    // A stream that was paused before does not begin to flow by itself when somebody listens.
    if (!this.#paused) this.channel.resume();
  }

  onClose(listener: (how: 'exited' | 'lost', exitCode: number | null) => void): void {
    void this.#closed.then(({ how, exitCode }) => listener(how, exitCode));
  }

  close(): void {
    if (this.#isClosed) return;
    this.channel.close();
    this.channel.removeAllListeners('data').resume();
  }
}
