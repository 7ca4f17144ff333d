import { os } from '../../../rpc/procedures.ts';
import type { PlansService } from './plansService.ts';

/** Handlers of the `stackPlans` part of the contract. */
export function stackPlansHandlers(service: PlansService) {
  return {
    list: os.stackPlans.list.handler(({ input }) => ({ plans: service.list(input) })),
    get: os.stackPlans.get.handler(({ input }) => service.get(input.planId)),
  };
}
