import type { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions, Display, NativeTheme, Screen } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openMainWindow, terminalWindow } from './mainWindow.ts';

const made = vi.hoisted((): { options: BrowserWindowConstructorOptions; window: EventEmitter }[] => []);

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } } as Display;
  class FakeWindow extends EventEmitter {
    maximize = vi.fn();
    show = vi.fn();
    loadURL = vi.fn(async () => {});
    getNormalBounds = () => ({ x: 10, y: 20, width: 1100, height: 800 });
    isMaximized = () => true;
    constructor(options: BrowserWindowConstructorOptions) {
      super();
      made.push({ options, window: this });
    }
  }
  return {
    BrowserWindow: FakeWindow satisfies new (
      options: BrowserWindowConstructorOptions,
    ) => Pick<BrowserWindow, 'loadURL' | 'maximize' | 'show' | 'isMaximized' | 'getNormalBounds'>,
    nativeTheme: { shouldUseDarkColors: true } satisfies Partial<NativeTheme>,
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] } satisfies Partial<Screen>,
  };
});

let directory: string;
beforeEach(() => {
  made.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'window-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = () =>
  openMainWindow({
    preloadFile: '/app/preload.cjs',
    stateFile: join(directory, 'window.json'),
    iconFile: '/app/icon.png',
    developerTools: false,
  }) as unknown as BrowserWindow;

test('the page is sandboxed, isolated, without Node and without developer tools', () => {
  open();
  expect(made[0]?.options.webPreferences).toEqual({
    preload: '/app/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: false,
  });
});

test('a window for one terminal is as closed in as the main one', () => {
  open();
  const other = terminalWindow({ preloadFile: '/app/preload.cjs', iconFile: '/app/icon.png', developerTools: false });
  expect(other.webPreferences).toEqual(made[0]?.options.webPreferences);
});

test('it loads the app’s own page and shows itself once that is painted', () => {
  const window = open();
  expect(window.loadURL).toHaveBeenCalledWith('app://pilothouse/');
  expect(made[0]?.options.show).toBe(false);
  made[0]?.window.emit('ready-to-show');
  expect(window.show).toHaveBeenCalledOnce();
  expect(window.maximize).not.toHaveBeenCalled();
});

test('it opens where it was, and keeps where it is when it closes', () => {
  const stored = { bounds: { x: 300, y: 200, width: 1200, height: 760 }, maximized: true };
  writeFileSync(join(directory, 'window.json'), JSON.stringify(stored));
  const window = open();
  expect(made[0]?.options).toMatchObject({ x: 300, y: 200, width: 1200, height: 760 });
  made[0]?.window.emit('ready-to-show');
  expect(window.maximize).toHaveBeenCalledOnce();
  made[0]?.window.emit('close');
  expect(JSON.parse(readFileSync(join(directory, 'window.json'), 'utf8'))).toEqual({ bounds: { x: 10, y: 20, width: 1100, height: 800 }, maximized: true });
});
