import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, screen, type WebPreferences } from 'electron';
import { desktopOrigin } from '../../../shared/desktopBridge.ts';
import { readWindowState, writeWindowState } from './windowStateFile.ts';
import { type Bounds, fitToDisplays, smallestWindow } from './windowStateRules.ts';

/** What the window is made of. Paths are absolute. */
export interface MainWindowOptions {
  preloadFile: string;
  stateFile: string;
  iconFile: string;
  developerTools: boolean;
}

function workAreas(): [Bounds, ...Bounds[]] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  return [primary.workArea, ...others.map((display) => display.workArea)];
}

/** What every page of the app may do: nothing but talk to this process by its preload. */
function pagePreferences({ preloadFile, developerTools }: Pick<MainWindowOptions, 'preloadFile' | 'developerTools'>): WebPreferences {
  return {
    preload: preloadFile,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: developerTools,
  };
}

/** A window for one terminal, opened by the page itself. */
export function terminalWindow(options: Pick<MainWindowOptions, 'preloadFile' | 'iconFile' | 'developerTools'>): BrowserWindowConstructorOptions {
  return {
    width: 960,
    height: 600,
    minWidth: 320,
    minHeight: 160,
    title: 'Pilothouse',
    icon: options.iconFile,
    autoHideMenuBar: true,
    backgroundColor: behindPage(),
    webPreferences: pagePreferences(options),
  };
}

// The colour behind the page before its first paint, so that a dark theme does not flash white.
const behindPage = () => (nativeTheme.shouldUseDarkColors ? '#0f1418' : '#f7f9fa');

/** Opens the window where it was last, sandboxed and isolated; it shows itself once it has something to show. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const state = fitToDisplays(readWindowState(options.stateFile), workAreas());
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'Pilothouse',
    icon: options.iconFile,
    backgroundColor: behindPage(),
    webPreferences: pagePreferences(options),
  });
  window.once('ready-to-show', () => {
    if (state.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => writeWindowState(options.stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(`${desktopOrigin}/`);
  return window;
}
