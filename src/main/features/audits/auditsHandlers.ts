import { os } from '../../rpc/procedures.ts';
import type { AuditsService } from './auditsService.ts';

/** Implements `audits` of the contract. */
export function auditsHandlers(service: AuditsService) {
  return {
    list: os.audits.list.handler(({ input }) => ({ audits: service.list(input) })),
    get: os.audits.get.handler(({ input }) => service.get(input.id)),
    compare: os.audits.compare.handler(({ input }) => service.compare(input)),
  };
}
