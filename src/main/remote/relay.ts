import { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import { relayScript } from './relayScript.ts';
import type { RemoteServer } from './remote.ts';

/** What reaches through a program of the server. */
export interface RelayTarget {
  /** Name of the server, for errors. */
  server: string;
  host: string;
  port: number;
}

/** A relay that cannot know whether anything listens would have been refused by then. */
const blindMs = 400;
const longestFirstLine = 1000;

/**
 * Opens TCP from the server to an address as the server sees it, by a program of the server over a channel of its own: for where its sshd
 * forwards nothing. Throws `tunnel.target-refused`, what connecting throws, and the signal's reason.
 */
export function relay(remote: Pick<RemoteServer, 'exec'>, target: RelayTarget, signal?: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => stream.destroy(signal?.reason);
    const settle = (done: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      stream.off('error', fail);
      done();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const stream = new RelayStream(remote, target, () => settle(() => resolve(stream)));
    stream.on('error', fail);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Both ways of one relay. */
class RelayStream extends Duplex {
  readonly #stop = new AbortController();
  readonly #target: RelayTarget;
  readonly #opened: () => void;
  #firstLine = '';
  /** Null: the first line has not come yet. */
  #state: 'open' | 'blind' | null = null;
  #blind: NodeJS.Timeout | null = null;
  /** What waits to be sent, with whom to tell that it was taken; null ends it. */
  #waiting: { bytes: Uint8Array; taken: () => void }[] = [];
  #ended = false;
  #wake: () => void = () => {};
  /** Called when more may come. */
  #resume: (() => void) | null = null;

  constructor(remote: Pick<RemoteServer, 'exec'>, target: RelayTarget, opened: () => void) {
    super({ allowHalfOpen: true });
    this.#target = target;
    this.#opened = opened;
    // Whoever made it has to know it before it says anything.
    queueMicrotask(() => void this.#run(remote));
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, taken: () => void): void {
    this.#waiting.push({ bytes, taken });
    this.#wake();
  }

  override _final(done: () => void): void {
    this.#ended = true;
    this.#wake();
    done();
  }

  override _read(): void {
    this.#resume?.();
    this.#resume = null;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#blind !== null) clearTimeout(this.#blind);
    this.#ended = true;
    this.#wake();
    this.#resume?.();
    this.#stop.abort();
    done(error);
  }

  async #run(remote: Pick<RemoteServer, 'exec'>): Promise<void> {
    const { host, port } = this.#target;
    try {
      await remote.exec({
        script: relayScript,
        env: { PH_HOST: host, PH_PORT: String(port) },
        stdin: this.#input(),
        lane: 'control',
        timeoutMs: Number.POSITIVE_INFINITY,
        signal: this.#stop.signal,
        onOutput: (stream, bytes) => (stream === 'stdout' ? this.#heard(Buffer.from(bytes)) : undefined),
      });
      if (this.#state === 'open') this.push(null);
      else this.destroy(this.#refused('nothing listens there'));
    } catch (error) {
      if (!this.destroyed) this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async *#input(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        yield next.bytes;
        next.taken();
      } else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  #heard(bytes: Buffer): void | Promise<void> {
    if (this.destroyed) return;
    const rest = this.#state === null ? this.#begin(bytes) : bytes;
    if (rest.length === 0) return;
    this.#isThere();
    if (this.push(rest) || this.destroyed) return;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** Takes the first line; what comes after it. */
  #begin(bytes: Buffer): Buffer {
    const end = bytes.indexOf(10);
    this.#firstLine += bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
    if (end < 0) {
      if (this.#firstLine.length > longestFirstLine) this.destroy(this.#refused('what relays there cannot be understood'));
      return Buffer.alloc(0);
    }
    const [word, ...why] = this.#firstLine.trim().split(' ');
    if (word === 'open' || word === 'blind') this.#state = word;
    if (word === 'open') this.#opened();
    else if (word === 'blind') this.#blind = setTimeout(() => this.#isThere(), blindMs);
    else if (word === 'none')
      this.destroy(this.#refused('its sshd does not allow forwarding, and it has neither perl, python3, bash nor nc to go another way', true));
    else this.destroy(this.#refused(why.join(' ').slice(0, 200) || 'the server could not connect to it'));
    return bytes.subarray(end + 1);
  }

  #isThere(): void {
    if (this.#blind !== null) clearTimeout(this.#blind);
    this.#blind = null;
    if (this.#state !== 'blind') return;
    this.#state = 'open';
    this.#opened();
  }

  #refused(reason: string, forbidden = false): AppError {
    return new AppError('tunnel.target-refused', { ...this.#target, reason, ...(forbidden && { forbidden }) });
  }
}
