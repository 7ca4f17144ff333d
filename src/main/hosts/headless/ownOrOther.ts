import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { type StartedCore, startCore } from '../../core/startCore.ts';
import type { ClientSocket } from '../../transport/browserServer.ts';
import { connectToCore, openCoreSocket } from '../../transport/coreClient.ts';
import { relay } from '../../transport/relay.ts';
import { socketAddress } from '../../transport/socketAddress.ts';

/** A core that holds the directory may be starting or ending: this long it is waited for. */
const patienceMs = 5000;
const againMs = 500;

type Reached = { kind: 'own'; core: StartedCore } | { kind: 'other'; socket: ClientSocket };

/**
 * Our own core, or the way to the one that holds the directory. That one is told that somebody is there to watch, and is kept company, so that it
 * goes on; should it end all the same, the core starts here. Call `close` at the end.
 */
export class OwnOrOther {
  readonly #directory: string;
  readonly #closing = new AbortController();
  #own: StartedCore | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #attending: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes sure that a core answers, and that it watches from now on. Throws `core.unavailable`, and what keeps the core from starting. */
  async reach(): Promise<void> {
    const reached = await this.#inTurn();
    if (reached.kind === 'other') reached.socket.close();
    this.#attending = this.#attend();
  }

  async accept(socket: ClientSocket): Promise<void> {
    const reached = await this.#inTurn();
    if (reached.kind === 'own') reached.core.rpc.acceptWebSocket(socket);
    else relay(socket, reached.socket);
    socket.resume();
  }

  /** Whether the core runs here. */
  get isOwn(): boolean {
    return this.#own !== null;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#attending;
    await this.#turn;
    await this.#own?.close();
  }

  /** Until the core runs here. */
  async #attend(): Promise<void> {
    const { signal } = this.#closing;
    const left = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      try {
        const reached = await this.#inTurn();
        if (reached.kind === 'own') return;
        reached.socket.close();
        const { client, closed, close } = await connectToCore(socketAddress(this.#directory));
        // One of another version may not know of it.
        await client.system.beginWatching({}).catch(() => {});
        await Promise.race([closed, left]);
        close();
      } catch {
        // Whoever asks for the core next is told why.
        await delay(againMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** One attempt at a time: two browsers must not start two cores. */
  #inTurn(): Promise<Reached> {
    const turn = this.#turn.then(() => this.#reach());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #reach(): Promise<Reached> {
    const until = performance.now() + patienceMs;
    for (;;) {
      if (this.#own !== null) return { kind: 'own', core: this.#own };
      try {
        this.#own = await startCore({ directory: this.#directory, background: true });
        continue;
      } catch (error) {
        if (!AppError.is(error, 'core.locked')) throw error;
      }
      try {
        return { kind: 'other', socket: await openCoreSocket(socketAddress(this.#directory)) };
      } catch (error) {
        if (!AppError.is(error, 'core.unavailable') || performance.now() > until) throw error;
      }
      await delay(100);
    }
  }
}
