import { createORPCClient } from '@orpc/client';
import { RPCLink as MessagePortLink, type SupportedMessagePort } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';

/** The typed client of a core, the same over every transport. */
export type CoreClient = ContractRouterClient<Contract>;

/** A connected client with its way to leave and to learn that the core went away. */
export interface CoreConnection {
  client: CoreClient;
  /** Resolves when the connection has ended, by either side. */
  closed: Promise<void>;
  close(): void;
}

/** Opens a WebSocket to a core's local socket. Fails with `core.unavailable` when none listens there. */
export function openCoreSocket(address: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix:${address}:/`, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => reject(new AppError('core.unavailable', { reason: error.code ?? error.message }, { cause: error })));
  });
}

/** Connects to a core on its local socket. Fails with `core.unavailable`. */
export async function connectToCore(address: string): Promise<CoreConnection> {
  const socket = await openCoreSocket(address);
  socket.on('error', () => socket.terminate());
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const client = createORPCClient<CoreClient>(new WebSocketLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { client, closed, close: () => socket.close() };
}

/** A client over a message port, as the desktop window uses it. */
export function clientOverPort(port: SupportedMessagePort & { start?: () => void }): CoreClient {
  const client = createORPCClient<CoreClient>(new MessagePortLink({ port }));
  port.start?.();
  return client;
}
