import type { BrowserWindowConstructorOptions, Session, WebContents } from 'electron';
import { isExternalLink, isOwnPage, isPermissionGranted, isTerminalWindow } from './pageRules.ts';

/** Asks the person whether a link may be opened in their browser. */
export type ConfirmLink = (address: string) => Promise<void>;

/** What leaves the machine or reaches into its files; the page has no business with any of it. */
const networkUrls = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*'];

/** How a window for one terminal opens; null: there are none. */
export type TerminalWindowOptions = BrowserWindowConstructorOptions | null;

/**
 * Keeps a page where it is: no navigation away, no embedded pages, no new windows but those of the app's own for one terminal. Plain
 * https links are offered to the browser.
 */
export function guardContents(
  contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>,
  confirmLink: ConfirmLink,
  terminalWindow: TerminalWindowOptions = null,
): void {
  const stay = (event: { preventDefault(): void }, address: string) => {
    if (!isOwnPage(address)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => {
    stay(event, event.url);
    if (isExternalLink(event.url)) void confirmLink(event.url);
  });
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (terminalWindow !== null && isTerminalWindow(url)) return { action: 'allow', overrideBrowserWindowOptions: terminalWindow };
    if (isExternalLink(url)) void confirmLink(url);
    return { action: 'deny' };
  });
}

/** Denies a session the network, devices and all permissions but writing text to the clipboard. */
export function guardSession(
  session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'webRequest'>,
): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(isPermissionGranted(permission, details.requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermissionGranted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: networkUrls }, (_details, answer) => answer({ cancel: true }));
}
