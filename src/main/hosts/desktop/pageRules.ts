import { posix } from 'node:path';
import { desktopOrigin } from '../../../shared/desktopBridge.ts';

/**
 * Policy of the page. Nothing is loaded but from the app itself. Styles may be inline, since the terminal writes its theme into
 * style elements; scripts may not.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer of the app's own protocol. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** The media type of a renderer file by its extension; null for one that the renderer does not consist of. */
export function mediaType(path: string): string | null {
  return mediaTypes[posix.extname(path)] ?? null;
}

/** Whether an address is a page of the app. */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && `${url.protocol}//${url.host}` === desktopOrigin && url.username === '' && url.password === '';
}

/** Whether an address is the app's own page of one terminal, which may have a window of its own. */
export function isTerminalWindow(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    isOwnPage(address) &&
    (url.pathname === '/' || url.pathname === '/index.html') &&
    url.search === '' &&
    /^#\/terminal\/[\w%.-]{1,100}$/.test(url.hash)
  );
}

/**
 * The file of the renderer that an address of the app's protocol means, relative to the renderer's folder with `/` between its
 * parts; null for anything that is not below it.
 */
export function rendererFile(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || !isOwnPage(address)) return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // A backslash or colon would mean another place on Windows, a NUL is never part of a name.
  if (/[\\:\0]/.test(path) || path.split('/').includes('..')) return null;
  return path === '/' ? 'index.html' : path.slice(1);
}

/** Whether a link of the page may be offered to the person's browser: plain https with no credentials in it. */
export function isExternalLink(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

/** Whether a permission is granted to the page: writing text to the clipboard, and nothing else. */
export function isPermissionGranted(permission: string, origin: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnPage(origin);
}
