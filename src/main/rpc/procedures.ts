import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import type { ClientSession } from './clientSession.ts';
import { toRpcError } from './rpcErrors.ts';

/** What every handler is given beside its input. */
export interface ClientContext {
  client: ClientSession;
}

/**
 * The contract, ready to be implemented: `os.servers.list.handler(…)`. For all of it in one place, errors are translated, and changes are told to
 * the session's witness.
 */
export const os = implement(contract)
  .$context<ClientContext>()
  .use(async ({ context, next, path }, input: unknown) => {
    const told = context.client.witness(path.join('.'), input);
    try {
      const result = await next();
      told?.done(result.output);
      return result;
    } catch (error) {
      told?.failed(error);
      throw toRpcError(context.client, error);
    }
  });
