import { os } from '../../rpc/procedures.ts';
import type { ExecService } from './execService.ts';

/** Implements `exec` of the contract. */
export function execHandlers(service: ExecService) {
  return {
    start: os.exec.start.handler(async ({ input }) => ({ operation: await service.start(input) })),
  };
}
