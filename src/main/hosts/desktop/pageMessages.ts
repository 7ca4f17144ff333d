import type { IpcMain, MessagePortMain, NativeTheme, WebContents } from 'electron';
import { type CoreProcessState, type DesktopTheme, desktopChannels } from '../../../shared/desktopBridge.ts';
import { isFromOwnPage } from './senderCheck.ts';

/** What the page's messages act on. */
export interface PagePorts {
  ipcMain: Pick<IpcMain, 'on'>;
  nativeTheme: Pick<NativeTheme, 'themeSource'>;
  /** Calls back with a fresh port once the core is up; the result withdraws the request. */
  requestPort(deliver: (port: MessagePortMain) => void): () => void;
  coreState(): CoreProcessState;
}

const themes: readonly unknown[] = ['system', 'light', 'dark'] satisfies DesktopTheme[];
const isTheme = (value: unknown): value is DesktopTheme => themes.includes(value);

/** Answers the messages of the app's own page; those of any other sender are ignored. */
export function answerPageMessages(ports: PagePorts): void {
  const { ipcMain } = ports;
  /** The request of each page that waits for the core; a page that was reloaded asks anew and takes its place. */
  const waiting = new WeakMap<WebContents, () => void>();

  ipcMain.on(desktopChannels.requestCorePort, (event) => {
    if (!isFromOwnPage(event)) return;
    const page = event.sender;
    waiting.get(page)?.();
    const withdraw = ports.requestPort((port) => {
      if (page.isDestroyed()) port.close();
      else page.postMessage(desktopChannels.corePort, null, [port]);
    });
    waiting.set(page, withdraw);
  });

  ipcMain.on(desktopChannels.requestCoreState, (event) => {
    if (isFromOwnPage(event)) event.sender.send(desktopChannels.coreState, ports.coreState());
  });

  ipcMain.on(desktopChannels.setTheme, (event, theme: unknown) => {
    if (isFromOwnPage(event) && isTheme(theme)) ports.nativeTheme.themeSource = theme;
  });
}
