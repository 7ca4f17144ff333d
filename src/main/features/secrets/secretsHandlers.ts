import { os } from '../../rpc/procedures.ts';
import type { SecretsService } from './secretsService.ts';

/** Implements `secrets` of the contract: values go in and never come out. */
export function secretsHandlers(service: SecretsService) {
  return {
    list: os.secrets.list.handler(() => ({ secrets: service.list(), keystores: service.keystores() })),
    set: os.secrets.set.handler(async ({ input }) => {
      await service.set(input.name, input.value);
      return {};
    }),
    unset: os.secrets.unset.handler(async ({ input }) => {
      await service.unset(input.name);
      return {};
    }),
  };
}
