import type { EventEmitter } from 'node:events';
import type { App, BrowserWindow, Dialog, Shell } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import { createDesktopWindow } from './desktopWindow.ts';

type FakeWindow = EventEmitter &
  Record<'show' | 'focus' | 'restore' | 'reload', ReturnType<typeof vi.fn>> & {
    webContents: EventEmitter & { send: ReturnType<typeof vi.fn> };
    loading: boolean;
  };

const opened = vi.hoisted((): FakeWindow[] => []);
const asked = vi.hoisted(() => ({ answer: 1, boxes: [] as unknown[], links: [] as string[] }));

vi.mock('electron', () => ({
  app: { setAboutPanelOptions: () => {} } satisfies Partial<App>,
  dialog: {
    showMessageBox: async (...args: unknown[]) => {
      asked.boxes.push(args.at(-1));
      return { response: asked.answer, checkboxChecked: false };
    },
  } satisfies Partial<Dialog>,
  shell: {
    openExternal: async (address: string) => {
      asked.links.push(address);
    },
  } satisfies Partial<Shell>,
}));

vi.mock('./mainWindow.ts', async () => {
  const { EventEmitter } = await import('node:events');
  return {
    openMainWindow: () => {
      const window = Object.assign(new EventEmitter(), {
        loading: true,
        show: vi.fn(),
        focus: vi.fn(),
        restore: vi.fn(),
        reload: vi.fn(),
        isMinimized: () => true,
        isDestroyed: () => false,
        isFocused: () => true,
      } satisfies Partial<BrowserWindow> & { loading: boolean }) as unknown as Record<string, unknown>;
      window['webContents'] = Object.assign(new EventEmitter(), { send: vi.fn(), isLoading: () => window['loading'] });
      opened.push(window as unknown as FakeWindow);
      return window;
    },
  };
});

const log = vi.fn();
const create = () => createDesktopWindow({ preloadFile: '', stateFile: '', iconFile: '', developerTools: false }, log);
const last = (): FakeWindow => {
  const window = opened.at(-1);
  if (window === undefined) throw new Error('no window');
  return window;
};

beforeEach(() => {
  opened.length = 0;
  asked.boxes.length = 0;
  asked.links.length = 0;
  log.mockClear();
});

test('there is one window; showing it again brings it to the front', () => {
  const window = create();
  window.show();
  window.show();
  expect(opened).toHaveLength(1);
  expect(last().restore).toHaveBeenCalledOnce();
  expect(last().focus).toHaveBeenCalledOnce();
});

test('a window that was closed is opened anew, and is not focused meanwhile', () => {
  const window = create();
  window.show();
  expect(window.isFocused()).toBe(true);
  last().emit('closed');
  expect(window.isFocused()).toBe(false);
  window.show();
  expect(opened).toHaveLength(2);
});

test('a command for a page that is still loading waits until it is loaded', () => {
  const window = create();
  window.command({ command: 'navigate', to: '/settings' });
  expect(last().webContents.send).not.toHaveBeenCalled();
  last().webContents.emit('did-finish-load');
  expect(last().webContents.send).toHaveBeenCalledExactlyOnceWith('window:command', { command: 'navigate', to: '/settings' });
  last().loading = false;
  window.command({ command: 'add-server' });
  expect(last().webContents.send).toHaveBeenLastCalledWith('window:command', { command: 'add-server' });
});

test('a page that crashed is loaded again; one that ended in order is not', () => {
  const window = create();
  window.show();
  last().webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(last().reload).not.toHaveBeenCalled();
  last().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(last().reload).toHaveBeenCalledOnce();
  expect(log).toHaveBeenCalledWith('window.page-gone', { reason: 'crashed' });
});

test('an address is opened in the browser only with the person’s word', async () => {
  const window = create();
  window.show();
  asked.answer = 1;
  await window.confirmLink('https://docs.example.org/');
  expect(asked.links).toEqual([]);
  asked.answer = 0;
  await window.confirmLink('https://docs.example.org/');
  expect(asked.links).toEqual(['https://docs.example.org/']);
  expect(asked.boxes[0]).toMatchObject({ detail: 'https://docs.example.org/', defaultId: 1, cancelId: 1 });
});

test('the state of the core reaches an open window, and nobody without one', () => {
  const window = create();
  window.coreState({ state: 'up' });
  window.show();
  window.coreState({ state: 'up' });
  expect(last().webContents.send).toHaveBeenCalledExactlyOnceWith('core:state', { state: 'up' });
});
