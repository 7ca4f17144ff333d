import { os } from '../../../rpc/procedures.ts';
import type { StackTestsService } from './stackTestsService.ts';

/** Handlers of the `stackTests` part of the contract. */
export function stackTestsHandlers(service: StackTestsService) {
  return { run: os.stackTests.run.handler(async ({ input, signal }) => ({ reports: await service.run(input, signal) })) };
}

/** Handlers of the `stackLocks` part of the contract. */
export function stackLocksHandlers(service: StackTestsService) {
  return {
    list: os.stackLocks.list.handler(async ({ input, signal }) => ({ locks: await service.locks(input, signal) })),
    takeOver: os.stackLocks.takeOver.handler(async ({ input }) => ({ lock: await service.takeOver(input) })),
  };
}
