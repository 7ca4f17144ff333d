import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Menu, Protocol, Session } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDesktop } from './desktop.ts';

const electron = vi.hoisted(() => ({
  app: null as unknown as EventEmitter & Record<'quit' | 'showAboutPanel' | 'setAboutPanelOptions', ReturnType<typeof vi.fn>>,
  children: [] as (EventEmitter & { args: unknown[]; postMessage: ReturnType<typeof vi.fn>; kill: ReturnType<typeof vi.fn> })[],
  windows: [] as { webContents: EventEmitter & { send: ReturnType<typeof vi.fn> } }[],
  handled: vi.fn(),
  setMenu: vi.fn(),
  permission: vi.fn(),
}));

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  electron.app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    quit: vi.fn(),
    showAboutPanel: vi.fn(),
    setAboutPanelOptions: vi.fn(),
  } satisfies Partial<App>);
  const area = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
  class FakeWindow extends EventEmitter {
    webContents = Object.assign(new EventEmitter(), { send: vi.fn(), isLoading: () => false });
    loadURL = vi.fn(async () => {});
    constructor() {
      super();
      electron.windows.push(this);
    }
  }
  return {
    app: electron.app,
    BrowserWindow: FakeWindow,
    Menu: { buildFromTemplate: (template) => template as unknown as Menu, setApplicationMenu: electron.setMenu } satisfies Partial<typeof Menu>,
    MessageChannelMain: class {
      port1 = {};
      port2 = {};
    },
    Notification: Object.assign(class {}, { isSupported: () => false }),
    dialog: {},
    ipcMain: new EventEmitter(),
    nativeTheme: { shouldUseDarkColors: true, themeSource: 'system' },
    protocol: { handle: electron.handled } satisfies Partial<Protocol>,
    safeStorage: {},
    screen: { getPrimaryDisplay: () => area, getAllDisplays: () => [area] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: electron.permission,
        setPermissionCheckHandler: () => {},
        setDevicePermissionHandler: () => {},
        webRequest: { onBeforeRequest: () => {} } as unknown as Session['webRequest'],
      } satisfies Partial<Session>,
    },
    shell: {},
    utilityProcess: {
      fork: (...args: unknown[]) => {
        const child = Object.assign(new EventEmitter(), { args, postMessage: vi.fn(), kill: vi.fn() });
        electron.children.push(child);
        return child;
      },
    },
  };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'desktop-'));
  electron.app.removeAllListeners();
  electron.app.quit.mockClear();
  electron.children.length = 0;
  electron.windows.length = 0;
  startDesktop({
    dataDirectory: directory,
    files: { core: '/out/main/core.js', preload: '/out/preload/preload.cjs', renderer: '/out/renderer', icon: '/icon.png' },
    version: '1.2.3',
    updatesConfigured: false,
    loadUpdater: () => Promise.reject(new Error('not configured')),
    log: () => {},
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const child = () => {
  const [first] = electron.children;
  if (first === undefined) throw new Error('no core was started');
  return first;
};

test('starts the core of the data directory in a process of its own and opens the window', () => {
  expect(child().args).toEqual(['/out/main/core.js', ['--data', directory], { serviceName: 'Pilothouse core', stdio: 'ignore' }]);
  expect(electron.windows).toHaveLength(1);
  expect(electron.handled).toHaveBeenCalledWith('app', expect.any(Function));
  expect(electron.permission).toHaveBeenCalled();
  expect(electron.setMenu).toHaveBeenCalled();
});

test('the window learns when the core is up', () => {
  child().emit('message', { kind: 'ready' });
  expect(electron.windows[0]?.webContents.send).toHaveBeenCalledWith('core:state', { state: 'up' });
});

test('whatever contents are made later are guarded too', () => {
  const contents = { on: vi.fn(), setWindowOpenHandler: vi.fn() };
  electron.app.emit('web-contents-created', {}, contents);
  expect(contents.on.mock.calls.map(([name]) => name)).toEqual(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']);
  expect(contents.setWindowOpenHandler).toHaveBeenCalledOnce();
});

test('the application ends only after its core has', async () => {
  const event = { preventDefault: vi.fn() };
  electron.app.emit('before-quit', event);
  electron.app.emit('before-quit', event);
  expect(event.preventDefault).toHaveBeenCalledTimes(2);
  expect(child().postMessage.mock.calls).toEqual([[{ kind: 'stop' }]]);
  expect(electron.app.quit).not.toHaveBeenCalled();
  child().emit('exit', 0);
  await vi.waitUntil(() => electron.app.quit.mock.calls.length === 1);
  const last = { preventDefault: vi.fn() };
  electron.app.emit('before-quit', last);
  expect(last.preventDefault).not.toHaveBeenCalled();
});
