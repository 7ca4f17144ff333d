import { os } from '../../rpc/procedures.ts';
import type { FitService } from './fitService.ts';

/** Implements `fit` of the contract. */
export function fitHandlers(service: FitService) {
  return {
    tiers: os.fit.tiers.handler(async () => ({ tiers: await service.tiers() })),
    judge: os.fit.judge.handler(async ({ input }) => ({ fits: await service.judge(input) })),
  };
}
