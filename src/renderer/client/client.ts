import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '../../shared/contract/contract.ts';
import { createConnection } from './connection.ts';
import { desktopBridge, portTransport } from './portTransport.ts';
import { webSocketTransport } from './webSocketTransport.ts';

/** The desktop host's bridge, or null in a browser. */
export const bridge = desktopBridge();

/** The window's one connection to the core. */
export const connection = createConnection(bridge ? portTransport(bridge) : webSocketTransport());

/** Everything the core offers, typed by the contract. Calls made while offline wait a moment, then fail with NotConnectedError. */
export const client: ContractRouterClient<Contract> = createORPCClient(connection.link);

/** The same client as query and mutation options of TanStack Query. */
export const orpc = createTanstackQueryUtils(client);

/** A fresh id for a mutation; retrying the same mutation keeps its id, so that nothing is done twice. */
export function newRequestId(): string {
  return `req_${crypto.randomUUID()}`;
}
