import { os } from '../../rpc/procedures.ts';
import type { GuideService } from './guideService.ts';

/** Implements `guide` of the contract. */
export function guideHandlers(service: GuideService) {
  return {
    of: os.guide.of.handler(({ input }) => service.of(input.name)),
    choose: os.guide.choose.handler(({ input }) => service.choose(input.name, input.stackId)),
    pass: os.guide.pass.handler(({ input }) => service.pass(input.name, input.stop, input.reason)),
  };
}
