import { os } from '../../../rpc/procedures.ts';
import type { RecorderService } from './recorderService.ts';

/** Implements `recorder` of the contract. */
export function recorderHandlers(service: RecorderService) {
  return {
    status: os.recorder.status.handler(async ({ input }) => ({ servers: await service.status(input.selector) })),
    install: os.recorder.install.handler(async ({ input }) => ({ operation: await service.install(input) })),
    remove: os.recorder.remove.handler(async ({ input }) => ({ operation: await service.remove(input) })),
  };
}
