import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions, NotificationConstructorOptions } from 'electron';
import { launchChromium, type PageHandler, StandInWindow, shared, windows } from './browserWindow.ts';
import { StandInChannel } from './ports.ts';
import { forked, utilityProcess } from './utilityProcess.ts';

/**
 * Stands in for the module `electron` in a process of Node's, so far as the desktop host uses it: windows are pages of Chromium,
 * utility processes are processes of Node's. It proves the built program's parts together; of the real window, sandbox, keychain
 * and menus it proves nothing.
 */

/** What happened, for the test that drives this process by messages. */
const tell = (event: string, detail: unknown = null) => process.send?.({ event, detail });

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  readonly paths: Record<string, string> = {};
  setName(): void {}
  setAppUserModelId(): void {}
  setAboutPanelOptions(): void {}
  showAboutPanel = () => tell('about');
  enableSandbox = () => tell('sandbox-enabled');
  requestSingleInstanceLock = () => true;
  setPath(name: string, path: string): void {
    this.paths[name] = path;
  }
  async whenReady(): Promise<void> {
    await launchChromium(Number(process.env['STAND_IN_DEBUGGING_PORT']));
  }
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) void this.#end();
  }
  async #end(): Promise<void> {
    for (const window of windows.open) await window.close();
    await (await shared.browser)?.close();
    process.exit(0);
  }
}

export const app = new StandInApp();
shared.contentsCreated = (contents) => void app.emit('web-contents-created', {}, contents);

export const ipcMain = shared.ipc;
export const nativeTheme = { shouldUseDarkColors: true, themeSource: 'system' };
export const dialog = { showMessageBox: async () => ({ response: 1 }) };
export const shell = { openExternal: async (address: string) => tell('opened', address), openPath: async (path: string) => tell('opened', path) };

const display = { id: 1, workArea: { x: 0, y: 0, width: 1440, height: 900 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => tell('schemes', schemes),
  handle: (_scheme: string, handler: PageHandler) => {
    shared.handler = handler;
  },
};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    webRequest: { onBeforeRequest: () => {} },
  },
};

/** A keychain of this process: it knows what it wrapped. */
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text: string) => Buffer.from(`stand-in:${text}`),
  decryptStringAsync: async (encrypted: Buffer) => ({ shouldReEncrypt: false, result: encrypted.toString().replace(/^stand-in:/, '') }),
};

let template: MenuItemConstructorOptions[] = [];
export const Menu = {
  buildFromTemplate: (built: MenuItemConstructorOptions[]) => built,
  setApplicationMenu: (menu: MenuItemConstructorOptions[]) => {
    template = menu;
  },
};

export class Notification extends EventEmitter {
  static isSupported = () => true;
  readonly #options: NotificationConstructorOptions;
  constructor(options: NotificationConstructorOptions) {
    super();
    this.#options = options;
  }
  show(): void {
    tell('notification', this.#options);
  }
}

export { StandInChannel as MessageChannelMain, StandInWindow as BrowserWindow, utilityProcess };

/** Commands of the test that drives this process. */
const commands: Record<string, (detail: string) => void> = {
  quit: () => app.quit(),
  'kill-core': () => void forked.at(-1)?.child.kill('SIGKILL'),
  'tell-core-pid': () => tell('core-pid', forked.at(-1)?.child.pid ?? null),
  'tell-window': () => tell('window', windows.options.at(-1) ?? null),
  'click-menu': (label) => {
    const items = template.flatMap((top) => top.submenu as MenuItemConstructorOptions[]);
    items.find((item) => item.label === label)?.click?.(undefined as never, undefined, undefined as never);
  },
};
process.on('message', (message: { command: string; detail?: string }) => commands[message.command]?.(message.detail ?? ''));
