import type { ClientContext, ClientLink } from '@orpc/client';
import type { Transport, TransportLink } from './transport.ts';

/** Where the client stands. `epoch` grows with every connection made; streams start anew when it does. */
export type ConnectionStatus =
  | { state: 'connecting'; sinceMs: number; epoch: number }
  | { state: 'online'; sinceMs: number; epoch: number }
  | { state: 'offline'; sinceMs: number; epoch: number; attempt: number; nextTryAtMs: number };

/** Thrown by calls while there is no connection; nothing was sent. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
}

/** Thrown by calls whose connection went away before the answer; whether it was done is not known. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

export interface Connection {
  readonly link: ClientLink<ClientContext>;
  status(): ConnectionStatus;
  subscribe(listener: () => void): () => void;
  /** Resolves once a connection newer than `afterEpoch` is there; rejects when `signal` aborts. */
  whenOnline(afterEpoch: number, signal: AbortSignal): Promise<number>;
  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void;
  close(): void;
}

interface ConnectionOptions {
  now?: () => number;
  random?: () => number;
  /** Limit of one attempt in ms. */
  attemptMs?: number;
  /** How long a call made while there is no connection waits for one, in ms. */
  patienceMs?: number;
}

/** Delay before attempt `attempt` (from 1): 250 ms doubling to 10 s, each spread over half to all of it. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(10_000, 250 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** Keeps one connection to the core: connects, notices its end, and tries again with jittered, growing delays. */
export function createConnection(transport: Transport, options: ConnectionOptions = {}): Connection {
  const { now = Date.now, random = Math.random, attemptMs = 8_000, patienceMs = 4_000 } = options;
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  let current: TransportLink | null = null;
  let status: ConnectionStatus = { state: 'connecting', sinceMs: now(), epoch: 0 };
  let wake: () => void = () => {};

  const change = (next: ConnectionStatus) => {
    status = next;
    for (const listener of [...listeners]) listener();
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    let attempt = 0;
    let lostAtMs = now();
    while (!stopping.signal.aborted) {
      try {
        current = await transport.connect(AbortSignal.any([stopping.signal, AbortSignal.timeout(attemptMs)]));
        attempt = 0;
        change({ state: 'online', sinceMs: now(), epoch: status.epoch + 1 });
        await current.closed;
        lostAtMs = now();
      } catch {
        // An attempt that fails is what the next attempt is for; the status says since when.
      }
      current = null;
      if (stopping.signal.aborted) break;
      attempt += 1;
      const delayMs = backoffMs(attempt, random);
      change({ state: 'offline', sinceMs: lostAtMs, epoch: status.epoch, attempt, nextTryAtMs: now() + delayMs });
      await pause(delayMs);
    }
  };
  void run();

  const whenOnline = (afterEpoch: number, signal: AbortSignal) =>
    new Promise<number>((resolve, reject) => {
      const check = () => {
        if (status.state === 'online' && status.epoch > afterEpoch) finish(() => resolve(status.epoch));
      };
      const abort = () => finish(() => reject(new NotConnectedError('gave up waiting for a connection')));
      const finish = (settle: () => void) => {
        listeners.delete(check);
        signal.removeEventListener('abort', abort);
        settle();
      };
      listeners.add(check);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      else check();
    });

  return {
    link: {
      async call(path, input, callOptions) {
        if (!current) await whenOnline(-1, AbortSignal.any([AbortSignal.timeout(patienceMs), ...(callOptions.signal ? [callOptions.signal] : [])]));
        const used = current;
        if (!used) throw new NotConnectedError('no connection');
        const lost = used.closed.then(() => Promise.reject(new ConnectionLostError('connection lost')));
        return Promise.race([used.link.call(path, input, callOptions), lost]);
      },
    },
    status: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    whenOnline,
    retryNow: () => wake(),
    close() {
      stopping.abort();
      wake();
      current?.close();
    },
  };
}
