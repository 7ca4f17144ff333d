import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { ClientSession } from '../../src/main/rpc/clientSession.ts';
import { simulatedRouter } from './handlers.ts';
import { World } from './world.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};
/** Where the renderer was built to; another place lets a build go on beside a running test. */
const builtPages = process.env['PILOTHOUSE_PAGES'] ?? fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** The policy of the real hosts. */
export const contentSecurityPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws:; img-src 'self' data:; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

export interface Simulator {
  readonly url: string;
  readonly world: World;
  /** Cuts every connection; new ones are refused until `connect`. */
  disconnect(): void;
  connect(): void;
  close(): Promise<void>;
}

/** Serves the built renderer and a simulated core with `servers` servers on loopback. `live: false` keeps every figure still. */
export async function startSimulator(options: { servers: number; port?: number; live?: boolean }): Promise<Simulator> {
  const world = new World(options.servers, options.live ?? true);
  const handler = new RPCHandler(simulatedRouter(world));
  let refusing = false;
  const http = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path === '/' ? 'index.html' : path;
    readFile(join(builtPages, file)).then(
      (body) =>
        response
          .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': contentSecurityPolicy })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (refusing || request.url !== '/rpc') {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      const client = new ClientSession((event, fields) => console.error(event, fields));
      void handler.upgrade(webSocket, { context: { client } });
    });
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    disconnect() {
      refusing = true;
      for (const socket of sockets.clients) socket.terminate();
    },
    connect() {
      refusing = false;
    },
    async close() {
      world.close();
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
