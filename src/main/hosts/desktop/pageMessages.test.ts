import { EventEmitter } from 'node:events';
import type { MessagePortMain, WebContents, WebFrameMain } from 'electron';
import { expect, test, vi } from 'vitest';
import { answerPageMessages, type PagePorts } from './pageMessages.ts';

const ownFrame = { origin: 'app://pilothouse', parent: null } as WebFrameMain;
const foreignFrame = { origin: 'https://example.org', parent: null } as WebFrameMain;

function page() {
  return { isDestroyed: vi.fn(() => false), postMessage: vi.fn(), send: vi.fn() } satisfies Partial<WebContents>;
}

function setUp() {
  const ipcMain = new EventEmitter();
  const delivers: ((port: MessagePortMain) => void)[] = [];
  const withdraw = vi.fn();
  const nativeTheme: PagePorts['nativeTheme'] = { themeSource: 'system' };
  answerPageMessages({
    ipcMain: ipcMain as unknown as PagePorts['ipcMain'],
    nativeTheme,
    requestPort: (deliver) => {
      delivers.push(deliver);
      return withdraw;
    },
    coreState: () => ({ state: 'up' }),
  });
  const send = (channel: string, sender: ReturnType<typeof page>, senderFrame: WebFrameMain | null = ownFrame, ...args: unknown[]) =>
    ipcMain.emit(channel, { sender, senderFrame }, ...args);
  return { send, delivers, withdraw, nativeTheme };
}

test('a page that asks for the core is sent its port', () => {
  const { send, delivers } = setUp();
  const sender = page();
  send('core:request-port', sender);
  const port = { close: vi.fn() } satisfies Partial<MessagePortMain>;
  delivers[0]?.(port as unknown as MessagePortMain);
  expect(sender.postMessage).toHaveBeenCalledExactlyOnceWith('core:port', null, [port]);
});

test('a page that asks again while it waits withdraws its first request; other pages keep theirs', () => {
  const { send, withdraw } = setUp();
  const sender = page();
  send('core:request-port', sender);
  send('core:request-port', page());
  expect(withdraw).not.toHaveBeenCalled();
  send('core:request-port', sender);
  expect(withdraw).toHaveBeenCalledOnce();
});

test('the port of a page that is gone is closed', () => {
  const { send, delivers } = setUp();
  const sender = page();
  send('core:request-port', sender);
  sender.isDestroyed.mockReturnValue(true);
  const port = { close: vi.fn() } satisfies Partial<MessagePortMain>;
  delivers[0]?.(port as unknown as MessagePortMain);
  expect(port.close).toHaveBeenCalledOnce();
  expect(sender.postMessage).not.toHaveBeenCalled();
});

test('a page that asks how the core is gets the answer', () => {
  const { send } = setUp();
  const sender = page();
  send('core:request-state', sender);
  expect(sender.send).toHaveBeenCalledExactlyOnceWith('core:state', { state: 'up' });
});

test('the theme follows the page; what is no theme is ignored', () => {
  const { send, nativeTheme } = setUp();
  send('window:set-theme', page(), ownFrame, 'dark');
  expect(nativeTheme.themeSource).toBe('dark');
  for (const value of ['sepia', null, { toString: () => 'light' }]) send('window:set-theme', page(), ownFrame, value);
  expect(nativeTheme.themeSource).toBe('dark');
});

test.each([foreignFrame, null, { ...ownFrame, parent: ownFrame } as WebFrameMain])('no other sender is answered', (frame) => {
  const { send, delivers, nativeTheme } = setUp();
  const sender = page();
  send('core:request-port', sender, frame);
  send('core:request-state', sender, frame);
  send('window:set-theme', sender, frame, 'dark');
  expect(delivers).toHaveLength(0);
  expect(sender.send).not.toHaveBeenCalled();
  expect(nativeTheme.themeSource).toBe('system');
});
