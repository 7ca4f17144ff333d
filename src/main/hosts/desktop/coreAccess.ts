import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import type { openCoreSocket } from '../../transport/coreClient.ts';
import { relayPort, type WindowPort } from './portRelay.ts';

/** The core as it is served here. */
export interface OwnCore {
  connect(port: WindowPort): void;
  close(): Promise<void>;
}

/** What it takes to reach the one core of the data directory. */
export interface CoreAccessPorts {
  /** Starts the core here. Throws `core.locked` when another process holds the directory. */
  startCore(): Promise<OwnCore>;
  /** Opens the socket of the process that holds it. Throws `core.unavailable` when none listens. */
  openSocket(): ReturnType<typeof openCoreSocket>;
  /** How long a holder may take until it listens, in ms: it may just be starting, or ending. */
  patienceMs: number;
}

/** Serves windows by the one core of the directory, whoever runs it. */
export interface CoreAccess {
  /** Starts the core, or makes sure that the one of another process answers. Throws what kept both from it. */
  ready(): Promise<void>;
  connect(port: WindowPort): Promise<void>;
  close(): Promise<void>;
}

const retryMs = 100;

/**
 * Runs the core here unless another process does; then its socket serves. When that other process ends, the next connection
 * starts the core here. Starting is never tried twice at once.
 */
export function createCoreAccess(ports: CoreAccessPorts): CoreAccess {
  let own: OwnCore | null = null;
  let busy: Promise<unknown> = Promise.resolve();

  type Reached = { connect(port: WindowPort): void; discard(): void };

  const tryReach = async (): Promise<Reached | null> => {
    if (own === null) {
      try {
        own = await ports.startCore();
      } catch (error) {
        if (!AppError.is(error, 'core.locked')) throw error;
      }
    }
    const core = own;
    if (core !== null) return { connect: (port) => core.connect(port), discard: () => {} };
    try {
      const socket = await ports.openSocket();
      return { connect: (port) => relayPort(port, socket), discard: () => socket.close() };
    } catch (error) {
      if (!AppError.is(error, 'core.unavailable')) throw error;
      return null;
    }
  };

  const reach = async (): Promise<Reached> => {
    const until = performance.now() + ports.patienceMs;
    for (;;) {
      const reached = await tryReach();
      if (reached !== null) return reached;
      if (performance.now() >= until) {
        throw new AppError('core.unavailable', { reason: 'another process holds the data directory and does not answer' });
      }
      await delay(retryMs);
    }
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = busy.then(work);
    busy = turn.catch(() => {});
    return turn;
  };

  return {
    ready: async () => (await inTurn(reach)).discard(),
    async connect(port) {
      (await inTurn(reach)).connect(port);
    },
    async close() {
      await busy;
      await own?.close();
      own = null;
    },
  };
}
