import { os } from '../../rpc/procedures.ts';
import type { BackupsService } from './backupsService.ts';

/** Handlers of the `backups` part of the contract. */
export function backupsHandlers(service: BackupsService) {
  return {
    health: os.backups.health.handler(async ({ input }) => ({ health: await service.health(input) })),
    list: os.backups.list.handler(({ input }) => service.list(input)),
    policy: os.backups.policy.handler(async ({ input }) => ({ policies: await service.policy(input) })),
    setPolicy: os.backups.setPolicy.handler(async ({ input }) => ({ servers: await service.setPolicy(input) })),
    run: os.backups.run.handler(async ({ input }) => ({ operation: await service.run(input) })),
    verify: os.backups.verify.handler(async ({ input }) => ({ operation: await service.verify(input) })),
    test: os.backups.test.handler(async ({ input }) => ({ operation: await service.test(input) })),
    restore: os.backups.restore.handler(async ({ input }) => ({ operation: await service.restore(input) })),
    prunable: os.backups.prunable.handler(async ({ input }) => ({ items: await service.prunable(input) })),
    prune: os.backups.prune.handler(async ({ input }) => ({ operation: await service.prune(input) })),
  };
}
