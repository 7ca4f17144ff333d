import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy, isExternalLink, isOwnPage, isPermissionGranted, mediaType, rendererFile } from './pageRules.ts';

describe('the policy of the page', () => {
  test('allows no script but the app’s own and no network', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).toContain("script-src 'self';");
    expect(contentSecurityPolicy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  });
});

describe('rendererFile', () => {
  test.each([
    ['app://pilothouse/', 'index.html'],
    ['app://pilothouse/index.html', 'index.html'],
    ['app://pilothouse/index.html#/servers/gpu-1?tab=x', 'index.html'],
    ['app://pilothouse/assets/main-1.js?v=1', 'assets/main-1.js'],
    ['app://pilothouse/assets/a%20b.js', 'assets/a b.js'],
  ])('%s is %s', (address, file) => {
    expect(rendererFile(address)).toBe(file);
  });

  test.each([
    'app://elsewhere/index.html',
    'app://pilothouse@elsewhere/index.html',
    'app://user:pass@pilothouse/index.html',
    'file:///etc/passwd',
    'https://pilothouse/index.html',
    'app://pilothouse/assets/..%2f..%2fmain/desktop.js',
    'app://pilothouse/..%5c..%5cmain',
    'app://pilothouse/c%3A/windows',
    'app://pilothouse/a%00.js',
    'app://pilothouse/%E0%A4%A',
    'not an address',
  ])('%s is nothing', (address) => {
    expect(rendererFile(address)).toBeNull();
  });

  test('never leaves the folder, whatever the path', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '\\', '/', 'a', ':', '%00')), (parts) => {
        const file = rendererFile(`app://pilothouse/${parts.join('')}`);
        return file === null || (!file.split('/').includes('..') && !file.includes('\\'));
      }),
    );
  });
});

test('only pages of the app are its own', () => {
  expect(isOwnPage('app://pilothouse/#/fleet')).toBe(true);
  for (const address of ['app://pilothouse.evil/', 'app://evil/', 'https://pilothouse/', 'about:blank', '', 'data:text/html,x'])
    expect(isOwnPage(address)).toBe(false);
});

test('only plain https links may leave', () => {
  expect(isExternalLink('https://docs.example.org/a?b#c')).toBe(true);
  for (const address of ['http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'https://u:p@example.org', 'smb://x/y', 'x'])
    expect(isExternalLink(address)).toBe(false);
});

test('the clipboard may be written by the app’s own page, and nothing else is granted', () => {
  expect(isPermissionGranted('clipboard-sanitized-write', 'app://pilothouse/')).toBe(true);
  expect(isPermissionGranted('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
  for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'hid']) {
    expect(isPermissionGranted(permission, 'app://pilothouse/')).toBe(false);
  }
});

test('knows the types of what the renderer consists of', () => {
  expect(mediaType('assets/main.js')).toBe('text/javascript; charset=utf-8');
  expect(mediaType('fonts/inter.woff2')).toBe('font/woff2');
  expect(mediaType('main.js.map')).toBeNull();
});
