import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import type { ClientSession } from './clientSession.ts';
import { toRpcError } from './rpcErrors.ts';

/** What every handler is given beside its input. */
export interface ClientContext {
  client: ClientSession;
}

/** The contract, ready to be implemented: `os.servers.list.handler(…)`. Errors are translated for all of it in one place. */
export const os = implement(contract)
  .$context<ClientContext>()
  .use(async ({ context, next }) => {
    try {
      return await next();
    } catch (error) {
      throw toRpcError(context.client, error);
    }
  });
