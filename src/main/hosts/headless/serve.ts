import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { findInstalledFiles } from '../../core/installedFiles.ts';
import { type StartedCore, startCore } from '../../core/startCore.ts';
import { type BrowserServer, type ClientSocket, serveBrowser } from '../../transport/browserServer.ts';
import { openCoreSocket } from '../../transport/coreClient.ts';
import { relay } from '../../transport/relay.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { metricsPage } from './metricsPage.ts';

/** A core that holds the directory may be starting or ending: this long it is waited for. */
const patienceMs = 5000;

/** The browser host as it is served. */
export interface Served {
  readonly port: number;
  /** A link that lets one browser in, once. */
  link(): string;
  close(): Promise<void>;
}

/**
 * Serves the app to browsers. The core runs in this process, unless another process holds the data directory: then every browser
 * is relayed to it, and should it end, the next connection starts the core here. Throws `core.unavailable`, and what keeps
 * the core from starting.
 */
export async function serve(options: { directory: string; port: number }): Promise<Served> {
  const { renderer } = findInstalledFiles(import.meta.dirname);
  if (renderer === null) throw new AppError('local.file-unreadable', { path: 'out/renderer', reason: 'the app was not built; run "npm run build"' });
  const access = new CoreAccess(options.directory);
  await access.reach();
  const accept = (socket: ClientSocket) => {
    // Nothing may be read before it has somewhere to go.
    socket.pause();
    access.accept(socket).catch(() => socket.close(1013));
  };
  let browser: BrowserServer;
  try {
    browser = await serveBrowser({ rendererDirectory: renderer, port: options.port, accept, metrics: (token) => metricsPage(options.directory, token) });
  } catch (error) {
    await access.close();
    throw portError(error, options.port);
  }
  return {
    port: browser.port,
    link: () => browser.link(),
    close: async () => {
      await browser.close();
      await access.close();
    },
  };
}

function portError(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'EADDRINUSE') return new AppError('input.invalid', { issues: [{ path: 'port', message: `${port} is in use; choose another or none` }] });
  if (code === 'EACCES') return new AppError('input.invalid', { issues: [{ path: 'port', message: `${port} may not be used by this user` }] });
  return error;
}

type Reached = { kind: 'own'; core: StartedCore } | { kind: 'other'; socket: ClientSocket };

/** Our own core, or the way to the one that holds the directory. */
class CoreAccess {
  readonly #directory: string;
  #own: StartedCore | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes sure that a core answers. */
  async reach(): Promise<void> {
    const reached = await this.#inTurn();
    if (reached.kind === 'other') reached.socket.close();
  }

  async accept(socket: ClientSocket): Promise<void> {
    const reached = await this.#inTurn();
    if (reached.kind === 'own') reached.core.rpc.acceptWebSocket(socket);
    else relay(socket, reached.socket);
    socket.resume();
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#own?.close();
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
