import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answerPageRequest, registerAppScheme, serveRenderer } from './appProtocol.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'renderer-'));
  await mkdir(join(directory, 'page/assets'), { recursive: true });
  await writeFile(join(directory, 'page/index.html'), '<p>hello</p>');
  await writeFile(join(directory, 'page/assets/main.js'), 'export {};');
  await writeFile(join(directory, 'secret.json'), '{}');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const get = (path: string, method = 'GET') => answerPageRequest(join(directory, 'page'), { method, url: `app://pilothouse${path}` });

test('serves the page with its policy', async () => {
  const response = await get('/');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).toBe('<p>hello</p>');
});

test('serves the parts of the page', async () => {
  expect(await (await get('/assets/main.js')).text()).toBe('export {};');
  expect(await (await get('/assets/main.js', 'HEAD')).text()).toBe('');
});

test.each(['/gone.js', '/assets', '/..%2fsecret.json', '/%2e%2e/secret.json', '/index.html/x.js'])(
  '%s is not found, and is refused with the policy too',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  },
);

test('only reads', async () => {
  expect((await get('/', 'POST')).status).toBe(405);
});

test('is a standard and secure scheme without privileges to bypass the policy', () => {
  const protocol = { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() } satisfies Partial<Protocol>;
  registerAppScheme(protocol);
  expect(protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  serveRenderer(protocol, directory);
  expect(protocol.handle).toHaveBeenCalledWith('app', expect.any(Function));
});
