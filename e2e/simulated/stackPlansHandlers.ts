import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import { keptPlans } from './stackPlansData.ts';

/** Implements `stackPlans` of the contract. */
export function stackPlansHandlers() {
  return {
    list: os.stackPlans.list.handler(({ input }) => ({
      plans: keptPlans.filter((plan) => input.stackId === undefined || plan.stackId === input.stackId).slice(0, input.limit),
    })),
    get: os.stackPlans.get.handler(({ input }) => {
      const found = keptPlans.find((plan) => plan.id === input.planId);
      if (found === undefined) throw new AppError('stack.plan-not-found', { id: input.planId });
      return found;
    }),
  };
}
