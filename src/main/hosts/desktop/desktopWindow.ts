import { app, type BrowserWindow, dialog, shell } from 'electron';
import { type CoreProcessState, type DesktopCommand, desktopChannels } from '../../../shared/desktopBridge.ts';
import { type MainWindowOptions, openMainWindow } from './mainWindow.ts';

/** The application's one window, opened again when it was closed. */
export interface DesktopWindow {
  /** Opens it or brings it to the front. */
  show(): void;
  isFocused(): boolean;
  /** Shows the window and tells its page what to do, now or as soon as it is loaded. */
  command(command: DesktopCommand): void;
  coreState(state: CoreProcessState): void;
  /** Asks whether a link may be opened in the person's browser, and opens it. */
  confirmLink(address: string): Promise<void>;
  /** Asks a question with one way on; resolves to whether it was taken. */
  ask(message: string, detail: string, agree: string): Promise<boolean>;
}

/** Makes the window's keeper; the window opens with the first `show`. */
export function createDesktopWindow(options: MainWindowOptions, log: (event: string, fields: Record<string, unknown>) => void): DesktopWindow {
  let window: BrowserWindow | null = null;
  let pending: DesktopCommand[] = [];

  const open = (): BrowserWindow => {
    const opened = openMainWindow(options);
    window = opened;
    opened.on('closed', () => {
      window = null;
    });
    opened.webContents.on('did-finish-load', () => {
      for (const command of pending.splice(0)) opened.webContents.send(desktopChannels.command, command);
    });
    opened.webContents.on('render-process-gone', (_event, { reason }) => {
      log('window.page-gone', { reason });
      if (reason !== 'clean-exit' && !opened.isDestroyed()) opened.reload();
    });
    return opened;
  };

  const show = () => {
    if (window === null) return void open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const ask = async (message: string, detail: string, agree: string) => {
    const question = { type: 'question' as const, message, detail, buttons: [agree, 'Cancel'], defaultId: 1, cancelId: 1, noLink: true };
    const { response } = await (window === null ? dialog.showMessageBox(question) : dialog.showMessageBox(window, question));
    return response === 0;
  };

  return {
    show,
    isFocused: () => window?.isFocused() ?? false,
    command(command) {
      const ready = window !== null && !window.webContents.isLoading();
      if (!ready) pending = [...pending, command];
      show();
      if (ready) window?.webContents.send(desktopChannels.command, command);
    },
    coreState: (state) => window?.webContents.send(desktopChannels.coreState, state),
    async confirmLink(address) {
      if (await ask('Open this address in your browser?', address, 'Open')) await shell.openExternal(address);
    },
    ask,
  };
}

/** What a person sees when the application is asked about itself. */
export function describeApplication(version: string): void {
  app.setAboutPanelOptions({ applicationName: 'Pilothouse', applicationVersion: version, version: `Electron ${process.versions['electron'] ?? ''}` });
}
