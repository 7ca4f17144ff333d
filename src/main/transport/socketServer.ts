import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import type { RpcServer } from './rpcServer.ts';

/** No message from a client is larger; ws answers one that is with close code 1009. */
export const maxMessageBytes = 2 * 1024 * 1024;

/**
 * Serves the core on a local socket that only this user may open (0600). The caller holds the directory's lock, so a socket
 * file that is there was left by a core that died, and is replaced.
 */
export async function listenOnSocket(address: string, rpc: RpcServer): Promise<{ close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(426).end();
  });
  const sockets = new WebSocketServer({ server, maxPayload: maxMessageBytes, perMessageDeflate: false });
  sockets.on('connection', (socket) => rpc.acceptWebSocket(socket));
  const isPipe = address.startsWith('\\\\');
  if (!isPipe) await rm(address, { force: true });
  // The mask closes the moment between bind and chmod in which others could connect.
  const mask = isPipe ? null : process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
  } finally {
    if (mask !== null) process.umask(mask);
  }
  if (!isPipe) await chmod(address, 0o600);
  return {
    async close() {
      for (const socket of sockets.clients) socket.close(1001);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets.clients) socket.terminate();
      });
      if (!isPipe) await rm(address, { force: true });
    },
  };
}
