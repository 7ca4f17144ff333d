import { onMessagePortClose, type SupportedMessagePort } from '@orpc/client/message-port';
import type { Router } from '@orpc/server';
import { RPCHandler as MessagePortHandler } from '@orpc/server/message-port';
import { RPCHandler as WebSocketHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { Contract } from '../../shared/contract/contract.ts';
import { ClientSession, type Witness } from '../rpc/clientSession.ts';
import type { ClientContext } from '../rpc/procedures.ts';

/** The contract with its handlers, as `core` puts it together. */
export type CoreRouter = Router<Contract, ClientContext>;

/** Serves one router to any number of clients over WebSockets and message ports, and counts them. */
export interface RpcServer {
  acceptWebSocket(socket: WebSocket): void;
  acceptPort(port: SupportedMessagePort & { start?: () => void }): void;
  /** Clients connected now. */
  readonly clients: number;
  /** Called whenever a client came or left. */
  onClients(listener: () => void): void;
}

/** Makes the server. `log` receives what is never sent: stacks of internal errors by correlation id; `witness` is told of every request. */
export function createRpcServer(router: CoreRouter, log: (event: string, fields: Record<string, unknown>) => void, witness?: Witness): RpcServer {
  const webSockets = new WebSocketHandler(router);
  const ports = new MessagePortHandler(router);
  const listeners = new Set<() => void>();
  let clients = 0;
  const count = (change: 1 | -1) => {
    clients += change;
    for (const listener of listeners) listener();
  };
  return {
    acceptWebSocket(socket) {
      count(1);
      socket.once('close', () => count(-1));
      // An error is always followed by 'close'; without a listener it would end the process.
      socket.on('error', (error) => log('transport.socket-error', { message: error.message }));
      void webSockets.upgrade(socket, { context: { client: new ClientSession(log, witness) } });
    },
    acceptPort(port) {
      count(1);
      ports.upgrade(port, { context: { client: new ClientSession(log, witness) } });
      onMessagePortClose(port, () => count(-1));
      port.start?.();
    },
    get clients() {
      return clients;
    },
    onClients(listener) {
      listeners.add(listener);
    },
  };
}
