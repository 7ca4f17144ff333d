import { EventEmitter } from 'node:events';
import type { IpcMainEvent, Session, WebContents, WebFrameMain, WindowOpenHandlerResponse } from 'electron';
import { expect, test, vi } from 'vitest';
import { guardContents, guardSession } from './pageGuard.ts';
import { isFromOwnPage } from './senderCheck.ts';

const popOut = { width: 960 };

function guarded(terminalWindow: { width: number } | null = null) {
  const emitter = new EventEmitter();
  const confirmLink = vi.fn(async () => {});
  let open: (details: Electron.HandlerDetails) => WindowOpenHandlerResponse = () => ({ action: 'allow' });
  const contents = {
    on: emitter.on.bind(emitter) as never,
    setWindowOpenHandler: (handler) => {
      open = handler;
    },
  } satisfies Partial<WebContents>;
  guardContents(contents, confirmLink, terminalWindow);
  const emit = (name: string, url: string) => {
    const event = { url, preventDefault: vi.fn() };
    emitter.emit(name, event);
    return event.preventDefault.mock.calls.length > 0;
  };
  return { emit, confirmLink, open: (url: string) => open({ url } as Electron.HandlerDetails) };
}

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s stays in the app', (name) => {
  const { emit } = guarded();
  expect(emit(name, 'app://pilothouse/#/servers')).toBe(false);
  for (const url of ['https://example.org/', 'file:///etc/passwd', 'app://elsewhere/', 'data:text/html,x', 'about:blank']) expect(emit(name, url)).toBe(true);
});

test('no embedded pages', () => {
  expect(guarded().emit('will-attach-webview', 'app://pilothouse/')).toBe(true);
});

test('new windows are denied; a plain https link is offered to the browser', () => {
  const { open, confirmLink } = guarded();
  expect(open('https://docs.example.org/')).toEqual({ action: 'deny' });
  expect(confirmLink).toHaveBeenCalledExactlyOnceWith('https://docs.example.org/');
  for (const url of ['http://example.org/', 'javascript:alert(1)', 'app://pilothouse/']) expect(open(url)).toEqual({ action: 'deny' });
  expect(confirmLink).toHaveBeenCalledTimes(1);
});

test('a terminal of the app may have a window of its own, and nothing that only looks like it', () => {
  const { open, confirmLink } = guarded(popOut);
  for (const url of ['app://pilothouse/#/terminal/term_0a1b', 'app://pilothouse/index.html#/terminal/term_0a1b']) {
    expect(open(url)).toEqual({ action: 'allow', overrideBrowserWindowOptions: popOut });
  }
  const others = [
    'app://pilothouse/',
    'app://pilothouse/#/terminals',
    'app://pilothouse/#/terminal/',
    'app://pilothouse/#/terminal/../fleet',
    'app://pilothouse/other.html#/terminal/x',
  ];
  for (const url of [...others, 'app://elsewhere/#/terminal/x', 'https://a.example/#/terminal/x', 'javascript:0#/terminal/x'])
    expect(open(url)).toEqual({ action: 'deny' });
  expect(confirmLink).toHaveBeenCalledExactlyOnceWith('https://a.example/#/terminal/x');
  expect(guarded().open('app://pilothouse/#/terminal/x')).toEqual({ action: 'deny' });
});

test('a link clicked in place is offered to the browser and not followed', () => {
  const { emit, confirmLink } = guarded();
  expect(emit('will-navigate', 'https://docs.example.org/')).toBe(true);
  expect(confirmLink).toHaveBeenCalledExactlyOnceWith('https://docs.example.org/');
});

test('a session grants nothing but writing the clipboard, and reaches no network', () => {
  const session = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() } as unknown as Session['webRequest'],
  } satisfies Partial<Session>;
  guardSession(session);
  const answer = vi.fn();
  const request = session.setPermissionRequestHandler.mock.calls[0]?.[0];
  request(null, 'media', answer, { requestingUrl: 'app://pilothouse/' });
  request(null, 'clipboard-sanitized-write', answer, { requestingUrl: 'app://pilothouse/' });
  expect(answer.mock.calls).toEqual([[false], [true]]);
  const check = session.setPermissionCheckHandler.mock.calls[0]?.[0];
  expect(check(null, 'midi', 'app://pilothouse')).toBe(false);
  expect(session.setDevicePermissionHandler.mock.calls[0]?.[0]({})).toBe(false);
  const [filter, block] = vi.mocked(session.webRequest.onBeforeRequest).mock.calls[0] as unknown as [
    { urls: string[] },
    (d: unknown, a: (r: unknown) => void) => void,
  ];
  expect(filter.urls).toContain('https://*/*');
  const blocked = vi.fn();
  block({}, blocked);
  expect(blocked).toHaveBeenCalledWith({ cancel: true });
});

test('messages are taken from the top frame of the app alone', () => {
  const from = (frame: Partial<WebFrameMain> | null) =>
    isFromOwnPage({ senderFrame: frame as WebFrameMain | null } satisfies Pick<IpcMainEvent, 'senderFrame'>);
  expect(from({ origin: 'app://pilothouse', parent: null })).toBe(true);
  expect(from({ origin: 'app://pilothouse', parent: {} as WebFrameMain })).toBe(false);
  expect(from({ origin: 'https://example.org', parent: null })).toBe(false);
  expect(from({ origin: 'app://pilothouse.example', parent: null })).toBe(false);
  expect(from(null)).toBe(false);
});
