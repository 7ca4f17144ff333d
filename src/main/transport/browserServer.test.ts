import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { testDirectory } from '../database/testDirectory.ts';
import { type BrowserServer, serveBrowser } from './browserServer.ts';

let server: BrowserServer;
let accepted = 0;
/** The token of the page of figures. */
let page: string | null = 'off';
const place = testDirectory();

beforeAll(async () => {
  const renderer = join(place.path, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<title>Pilothouse</title>');
  writeFileSync(join(renderer, 'assets/main.js'), 'export {}');
  writeFileSync(join(place.path, 'secret.txt'), 'outside');
  server = await serveBrowser({
    rendererDirectory: renderer,
    port: 0,
    accept: () => {
      accepted += 1;
    },
    metrics: async (token) => {
      if (page === null) throw new Error('the core is gone');
      return page === 'off' ? { state: 'off', text: '' } : token === page ? { state: 'given', text: 'up 1\n' } : { state: 'refused', text: '' };
    },
  });
});
afterAll(async () => {
  await server.close();
  place[Symbol.dispose]();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** node:http rather than fetch: fetch forbids setting Host and Origin. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function enter(): Promise<string> {
  const { headers } = await get(new URL(server.link()).pathname + new URL(server.link()).search);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

const own = () => ({ origin: `http://127.0.0.1:${server.port}` });

describe('the browser host', () => {
  it('refuses without a token', async () => {
    expect((await get('/')).status).toBe(401);
    expect((await get('/assets/main.js')).status).toBe(401);
    expect((await get('/index.html', { cookie: `pilothouse-${server.port}=wrong` })).status).toBe(401);
  });

  it('lets a link in once and refuses it the second time', async () => {
    const { search } = new URL(server.link());
    const first = await get(`/${search}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict; Path=\//);
    expect((await get(`/${search}`)).status).toBe(403);
    expect((await get('/?token=made-up')).status).toBe(403);
  });

  it('serves the app to a session, with a strict policy and without CORS', async () => {
    const cookie = await enter();
    const page = await get('/', { cookie });
    expect(page.status).toBe(200);
    expect(page.body).toContain('Pilothouse');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
    expect((await get('/assets/main.js', { cookie })).headers['content-type']).toContain('javascript');
  });

  it.each(['evil.example', 'evil.example:80', 'localhost', '127.0.0.1', '127.0.0.1.nip.io:80', '0.0.0.0'])('refuses the Host %s', async (host) => {
    const cookie = await enter();
    expect((await get('/', { host, cookie })).status).toBe(421);
    expect(await upgrade({ ...own(), host, cookie })).toBe(421);
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'file://'])('refuses the Origin %s', async (origin) => {
    const cookie = await enter();
    expect((await get('/', { origin, cookie })).status).toBe(403);
    expect(await upgrade({ origin, cookie })).toBe(403);
  });

  it('refuses what a browser marks as coming from another site', async () => {
    const cookie = await enter();
    expect((await get('/', { 'sec-fetch-site': 'cross-site', cookie })).status).toBe(403);
    expect((await get('/', { 'sec-fetch-site': 'none', cookie })).status).toBe(200);
  });

  it('upgrades only with a session, from our own origin, at /rpc', async () => {
    const cookie = await enter();
    expect(await upgrade(own())).toBe(401);
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ ...own(), cookie }, '/other')).toBe(403);
    const before = accepted;
    expect(await upgrade({ ...own(), cookie })).toBe(101);
    expect(accepted).toBe(before + 1);
  });

  it('serves nothing outside its folder, and no method but GET', async () => {
    const cookie = await enter();
    for (const path of ['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '//etc/passwd']) {
      expect((await get(path, { cookie })).status).toBe(404);
    }
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
  });
});

describe('the page of figures', () => {
  it('is not there unless it is switched on, and then asks for its token', async () => {
    page = 'off';
    expect((await get('/metrics', { authorization: 'Bearer ph_right' })).status).toBe(404);
    page = 'ph_right';
    expect(await get('/metrics')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    for (const wrong of ['Bearer ph_wrong', 'Basic cGhfcmlnaHQ=', 'ph_right', 'Bearer '])
      expect((await get('/metrics', { authorization: wrong })).status).toBe(401);
    const given = await get('/metrics', { authorization: 'Bearer ph_right' });
    expect(given).toMatchObject({ status: 200, body: 'up 1\n', headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
  });

  it('is given to no other host name or origin, to no session without the token, and to nobody while the core is gone', async () => {
    page = 'ph_right';
    const authorization = 'Bearer ph_right';
    expect((await get('/metrics', { authorization, host: `evil.example:${server.port}` })).status).toBe(421);
    expect((await get('/metrics', { authorization, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/metrics', { cookie: await enter() })).status).toBe(401);
    expect((await get('/metrics', { authorization }, 'POST')).status).toBe(405);
    page = null;
    expect((await get('/metrics', { authorization })).status).toBe(503);
  });
});

describe('a request that is no address', () => {
  it.each(['//', '//[', 'http://[::1', 'http://%', '//:0x'])('%s is refused and ends nothing', async (path) => {
    expect((await get(path)).status).toBe(400);
    const session = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13' };
    expect((await get(path, { ...session, origin: `http://127.0.0.1:${server.port}` })).status).toBe(403);
    expect((await get('/')).status).toBe(401);
  });
});
