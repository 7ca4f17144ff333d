import { join } from 'node:path';
import { app, ipcMain, Menu, MessageChannelMain, Notification, nativeTheme, protocol, safeStorage, session, shell, utilityProcess } from 'electron';
import { serveRenderer } from './appProtocol.ts';
import { createCoreSupervisor } from './coreSupervisor.ts';
import { createDesktopWindow, describeApplication } from './desktopWindow.ts';
import { answerKeystoreAsk } from './keychain.ts';
import { terminalWindow } from './mainWindow.ts';
import { menuTemplate } from './menuTemplate.ts';
import { createNotifier } from './notifier.ts';
import { guardContents, guardSession } from './pageGuard.ts';
import { answerPageMessages } from './pageMessages.ts';
import { lookForUpdate, type Updater } from './updates.ts';

/** What the desktop host is given. Files are absolute paths of the built program. */
export interface DesktopOptions {
  dataDirectory: string;
  files: { core: string; preload: string; renderer: string; icon: string };
  version: string;
  updatesConfigured: boolean;
  loadUpdater(): Promise<Updater>;
  log(event: string, fields: Record<string, unknown>): void;
}

/** How long the core may take to end before it is ended, in ms. */
const stopLimitMs = 8000;

/** Opens the window over a core in a process of its own. Call once Electron is ready. */
export function startDesktop(options: DesktopOptions): void {
  const { dataDirectory, files, log } = options;
  const developer = !app.isPackaged;
  const window = createDesktopWindow(
    { preloadFile: files.preload, stateFile: join(dataDirectory, 'desktop', 'window.json'), iconFile: files.icon, developerTools: developer },
    log,
  );
  const popOut = terminalWindow({ preloadFile: files.preload, iconFile: files.icon, developerTools: developer });
  app.on('web-contents-created', (_event, contents) => guardContents(contents, (address) => window.confirmLink(address), popOut));
  guardSession(session.defaultSession);
  serveRenderer(protocol, files.renderer);
  describeApplication(options.version);

  const notify = createNotifier({
    isSupported: () => Notification.isSupported(),
    isWindowFocused: () => window.isFocused(),
    create: (described) => new Notification(described),
    open: (to) => window.command({ command: 'navigate', to }),
  });
  const supervisor = createCoreSupervisor({
    fork: () => utilityProcess.fork(files.core, ['--data', dataDirectory], { serviceName: 'Pilothouse core', stdio: developer ? 'inherit' : 'ignore' }),
    createChannel: () => new MessageChannelMain(),
    schedule(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    nowMs: () => performance.now(),
    log,
    onState: (state) => window.coreState(state),
    onMessage(message, reply) {
      if (message.kind === 'notice') notify(message.notice);
      else void answerKeystoreAsk(safeStorage, process.platform, message).then(reply);
    },
  });
  answerPageMessages({ ipcMain, nativeTheme, requestPort: (deliver) => supervisor.requestPort(deliver), coreState: () => supervisor.state });

  const menu = menuTemplate({
    platform: process.platform,
    developer,
    send: (command) => window.command(command),
    showAbout: () => app.showAboutPanel(),
    openDataDirectory: () => void shell.openPath(dataDirectory),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));

  app.on('activate', () => window.show());
  app.on('second-instance', () => window.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  stopCoreBeforeQuit(() => supervisor.stop(stopLimitMs));
  supervisor.start();
  window.show();
  void lookForUpdate({ configured: options.updatesConfigured, loadUpdater: options.loadUpdater, ask: window.ask, log });
}

/** Holds the end of the application back until the core has ended, so that its journal and sockets are closed in order. */
function stopCoreBeforeQuit(stop: () => Promise<void>): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    void stop().finally(() => {
      state = 'stopped';
      app.quit();
    });
  });
}
