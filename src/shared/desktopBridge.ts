import { z } from 'zod';

/** Origin of the renderer in the desktop host: a custom protocol, so that no file path and no loopback port is an origin. */
export const desktopOrigin = 'app://pilothouse';

/** Name under which the preload puts the bridge on `window`; absent in a browser. */
export const desktopBridgeKey = 'pilothouseDesktop';

/** `type` of the window message that carries one fresh MessagePort to the core (in `event.ports[0]`). */
export const corePortMessageType = 'pilothouse:core-port';

/**
 * What the window may know of the core process: `down` also while it is being restarted, with the time of the next attempt.
 * Ports handed out before a `down` are dead.
 */
export const coreProcessStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('up') }),
  z.object({ state: z.literal('down'), reason: z.string(), retryInMs: z.number().nullable() }),
]);
export type CoreProcessState = z.infer<typeof coreProcessStateSchema>;

/** What the native menu or a clicked notification asks of the window. `to` is a route, for example `/settings`. */
export const desktopCommandSchema = z.discriminatedUnion('command', [
  z.object({ command: z.literal('navigate'), to: z.string().startsWith('/').max(500) }),
  z.object({ command: z.literal('command-palette') }),
  z.object({ command: z.literal('add-server') }),
  z.object({ command: z.literal('show-shortcuts') }),
]);
export type DesktopCommand = z.infer<typeof desktopCommandSchema>;

/**
 * The bridge on `window[desktopBridgeKey]`. Listeners get what happens from then on; each returns its unsubscribe function.
 */
export interface DesktopBridge {
  readonly platform: 'darwin' | 'win32' | 'linux';
  /** Asks for a port to the core. It comes as a window message of `corePortMessageType`, once the core is up. */
  requestCorePort(): void;
  /** The listener is told the present state at once, then each change. */
  onCoreState(listener: (state: CoreProcessState) => void): () => void;
  onCommand(listener: (command: DesktopCommand) => void): () => void;
  /** Follows the person's choice of theme in the window frame and native menus. */
  setTheme(theme: 'system' | 'light' | 'dark'): void;
}
