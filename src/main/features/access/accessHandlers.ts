import { os } from '../../rpc/procedures.ts';
import { translatingErrors } from '../../rpc/rpcErrors.ts';
import type { AccessService } from './accessService.ts';

/** Implements `access` of the contract. */
export function accessHandlers(service: AccessService) {
  return {
    connection: os.access.connection.handler(({ input }) => service.connection(input.name)),
    login: os.access.login.handler(({ input, context, signal }) => translatingErrors(context.client, service.login(input.name, signal))),
    answer: os.access.answer.handler(({ input }) => {
      service.answer(input.questionId, input.answers);
      return {};
    }),
    hostKeys: os.access.hostKeys.handler(({ input }) => service.hostKeys(input.name)),
    rotate: os.access.rotate.handler(({ input }) => ({ server: service.rotate(input) })),
  };
}
