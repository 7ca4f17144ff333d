import { os } from '../../../rpc/procedures.ts';
import type { StackSecretsService } from './stackSecretsService.ts';

/** Implements what of `secrets` of the contract is about stacks. */
export function stackSecretsHandlers(service: StackSecretsService) {
  return {
    where: os.secrets.where.handler(async ({ input }) => ({ uses: await service.where(input.name) })),
    importEnv: os.secrets.importEnv.handler(async ({ input }) => service.importEnv(input)),
    rotate: os.secrets.rotate.handler(async ({ input }) => ({ operation: await service.rotate(input) })),
  };
}
