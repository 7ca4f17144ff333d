/** Origin of the renderer in the desktop host: a custom protocol, so that no file path and no loopback port is an origin. */
export const desktopOrigin = 'app://pilothouse';

/** Name under which the preload puts the bridge on `window`; absent in a browser. */
export const desktopBridgeKey = 'pilothouseDesktop';

/** `data.type` of the window message that carries one fresh MessagePort to the core (in `event.ports[0]`). */
export const corePortMessageType = 'pilothouse:core-port';

/**
 * What the window may know of the core process: `down` also while it waits to be restarted, then with the time until the next
 * attempt in `retryInMs`. Ports handed out before a `down` are dead.
 */
export type CoreProcessState = { state: 'starting' } | { state: 'up' } | { state: 'down'; reason: string; retryInMs: number | null };

/** What the native menu or a clicked notification asks of the window. `to` is a route, for example `/settings`. */
export type DesktopCommand = { command: 'navigate'; to: string } | { command: 'command-palette' } | { command: 'add-server' } | { command: 'show-shortcuts' };

/** A person's choice of theme. */
export type DesktopTheme = 'system' | 'light' | 'dark';

/** The bridge on `window[desktopBridgeKey]`. Each listener gets what happens from then on; the result unsubscribes it. */
export interface DesktopBridge {
  readonly platform: string;
  /** Asks for a port to the core. It comes as a window message of `corePortMessageType`, once the core is up. */
  requestCorePort(): void;
  /** Calls the listener with the present state soon, then at each change. */
  onCoreState(listener: (state: CoreProcessState) => void): () => void;
  onCommand(listener: (command: DesktopCommand) => void): () => void;
  /** Follows the person's choice of theme in the window frame and native menus. */
  setTheme(theme: DesktopTheme): void;
}

/** Channels between preload and Electron's main process. */
export const desktopChannels = {
  requestCorePort: 'core:request-port',
  corePort: 'core:port',
  requestCoreState: 'core:request-state',
  coreState: 'core:state',
  command: 'window:command',
  setTheme: 'window:set-theme',
} as const;
