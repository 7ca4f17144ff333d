import type { SecretUse } from '../../../shared/contract/secrets.ts';
import { os } from '../../rpc/procedures.ts';
import type { SecretsService } from './secretsService.ts';

/** Implements what of `secrets` of the contract is this computer's alone: values go in and never come out. */
export function secretsHandlers(service: SecretsService, usesOf: (name: string) => Promise<SecretUse[]>) {
  return {
    list: os.secrets.list.handler(async () => {
      const secrets = service
        .list()
        .map(async (secret) => ({ ...secret, fingerprint: await service.fingerprint(secret.name), uses: await usesOf(secret.name) }));
      return { secrets: await Promise.all(secrets), keystores: service.keystores() };
    }),
    set: os.secrets.set.handler(async ({ input }) => {
      await service.set(input.name, input.value);
      return {};
    }),
    generate: os.secrets.generate.handler(async ({ input }) => {
      await service.generate(input.name, input.length);
      return {};
    }),
    unset: os.secrets.unset.handler(async ({ input }) => {
      await service.unset(input.name);
      return {};
    }),
  };
}
