import { os } from '../../rpc/procedures.ts';
import type { KeysService } from './keysService.ts';

/** Implements `keys` of the contract. */
export function keysHandlers(service: KeysService) {
  return {
    list: os.keys.list.handler(() => service.list()),
    generate: os.keys.generate.handler(async ({ input }) => ({ key: await service.generate(input) })),
    authorized: os.keys.authorized.handler(({ input }) => service.authorized(input.name, input.user)),
    install: os.keys.install.handler(async ({ input }) => ({ operation: await service.install(input) })),
    remove: os.keys.remove.handler(async ({ input }) => ({ operation: await service.remove(input) })),
  };
}
