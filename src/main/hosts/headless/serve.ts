import { AppError } from '../../../shared/errors.ts';
import { findInstalledFiles } from '../../core/installedFiles.ts';
import { type BrowserServer, type ClientSocket, serveBrowser } from '../../transport/browserServer.ts';
import { metricsPage } from './metricsPage.ts';
import { OwnOrOther } from './ownOrOther.ts';

/** The browser host as it is served. */
export interface Served {
  readonly port: number;
  /** A link that lets one browser in, once. */
  link(): string;
  close(): Promise<void>;
}

/**
 * Serves the app to browsers. The core runs in this process, unless another process holds the data directory: then every browser
 * is relayed to it, and should it end, the core starts here. Either watches servers in the background from then on. Throws `core.unavailable`, and what keeps
 * the core from starting.
 */
export async function serve(options: { directory: string; port: number }): Promise<Served> {
  const { renderer } = findInstalledFiles(import.meta.dirname);
  if (renderer === null) throw new AppError('local.file-unreadable', { path: 'out/renderer', reason: 'the app was not built; run "npm run build"' });
  const access = new OwnOrOther(options.directory);
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
