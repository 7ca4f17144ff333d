import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, posix, relative, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { judgeOrigin, type Refusal, readCookie, securityHeaders } from './browserGuardRules.ts';
import { maxMessageBytes } from './socketServer.ts';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** A client's WebSocket, for those who hand it on without knowing the library. */
export type ClientSocket = WebSocket;

/** Gives the page of live figures to whoever shows a token; `off`: there is none. */
export type MetricsSource = (token: string) => Promise<{ state: 'off' | 'refused' | 'given'; text: string }>;

/** The browser host's server. */
export interface BrowserServer {
  readonly port: number;
  /** Makes a link that lets one browser in, once. */
  link(): string;
  close(): Promise<void>;
}

/**
 * Serves the renderer and `/rpc` on loopback. A link's token is good for one request, which it turns into a session cookie (HttpOnly,
 * SameSite=Strict); everything but that needs the cookie, and `/metrics` a token of its own. Requests of foreign Host or Origin are
 * refused before they are looked at. There is no CORS.
 */
export async function serveBrowser(options: {
  rendererDirectory: string;
  port: number;
  accept: (socket: WebSocket) => void;
  /** Absent: there is no page for a scrape. */
  metrics?: MetricsSource;
}): Promise<BrowserServer> {
  const files = readFiles(options.rendererDirectory);
  const tokens = new Set<string>();
  const sessions = new Set<string>();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  // Cookies are shared by all ports of a host: each server's has a name of its own.
  const cookieName = `pilothouse-${port}`;
  const headers = securityHeaders(port);
  const hasSession = (request: IncomingMessage) => knows(sessions, readCookie(request.headers.cookie, cookieName));

  const answer = (response: ServerResponse, status: number, text: string, more: Record<string, string> = {}) => {
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...more }).end(`${text}\n`);
  };

  const enter = (response: ServerResponse, token: string) => {
    const digest = hash(token);
    if (!tokens.delete(digest)) return answer(response, 403, 'This link was used already or is not from this server. Start "pilothouse serve" for a new one.');
    const session = randomBytes(32).toString('base64url');
    sessions.add(hash(session));
    answer(response, 303, 'Welcome.', { location: '/', 'set-cookie': `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/` });
  };

  const giveMetrics = async (request: IncomingMessage, response: ServerResponse, source: MetricsSource) => {
    const [, token = ''] = /^Bearer +([\w.~+/=-]{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
    const page = await source(token).catch(() => null);
    if (page === null) return answer(response, 503, 'The core does not answer.');
    if (page.state === 'off') return answer(response, 404, 'There is nothing here.');
    if (page.state === 'refused') return answer(response, 401, 'The token of "pilothouse health page on" is needed.', { 'www-authenticate': 'Bearer' });
    response.writeHead(200, { ...headers, 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : page.text);
  };

  server.on('request', (request, response) => {
    const refusal = judgeOrigin(request.headers, port, 'request');
    if (refusal !== null) return answer(response, refusal.status, refusal.reason);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'Only GET is served here.');
    const url = urlOf(request);
    if (url === null) return answer(response, 400, 'This is no address.');
    const token = url.searchParams.get('token');
    if (token !== null) return enter(response, token);
    if (url.pathname === '/metrics' && options.metrics !== undefined) return void giveMetrics(request, response, options.metrics);
    if (!hasSession(request)) return answer(response, 401, 'Open the link that "pilothouse serve" printed: it lets one browser in.');
    const path = url.pathname === '/' ? '/index.html' : url.pathname;
    const file = files.get(path);
    if (file === undefined) return answer(response, 404, 'There is nothing here.');
    const caching = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, { ...headers, 'content-type': contentTypes[extname(path)] ?? 'application/octet-stream', 'cache-control': caching });
    response.end(request.method === 'HEAD' ? undefined : file);
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    const refusal = judgeUpgrade(request, port, hasSession);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, options.accept);
  });

  return {
    port,
    link() {
      const token = randomBytes(32).toString('base64url');
      tokens.add(hash(token));
      return `http://127.0.0.1:${port}/?token=${token}`;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What is asked for; null: it is no address, as `//`, which must not end the program. Its host says nothing: who is asked is judged by the header. */
function urlOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '/', 'http://127.0.0.1');
}

function judgeUpgrade(request: IncomingMessage, port: number, hasSession: (request: IncomingMessage) => boolean): Refusal | null {
  const refusal = judgeOrigin(request.headers, port, 'upgrade');
  if (refusal !== null) return refusal;
  if (urlOf(request)?.pathname !== '/rpc') return { status: 403, reason: 'there is no WebSocket here' };
  return hasSession(request) ? null : { status: 401, reason: 'a session is needed' };
}

function refuseUpgrade(socket: Duplex, { status, reason }: Refusal): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`);
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Compares digests in constant time: what was tried cannot be learnt from how long it took. */
function knows(digests: ReadonlySet<string>, value: string | null): boolean {
  if (value === null) return false;
  const digest = Buffer.from(hash(value));
  return [...digests].some((known) => timingSafeEqual(Buffer.from(known), digest));
}

/** All files of the renderer in memory by their address: what is not among them cannot be asked for. */
function readFiles(directory: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [posix.join('/', relative(directory, path).split(sep).join('/')), readFileSync(path)];
    }),
  );
}
