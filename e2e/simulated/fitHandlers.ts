import { join } from 'node:path';
import { createFitService } from '../../src/main/features/fit/fitService.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

/** Implements `fit` of the contract: the real rules over the facts of the simulated servers. */
export function fitHandlers(world: World) {
  const service = createFitService({
    tiersFile: join(import.meta.dirname, '../../resources/tiers/tiers.yaml'),
    select: (selector) => world.select(selector).map(({ server }) => server),
    facts: (id) => world.rows.get(id)?.facts ?? null,
    stack: async (id) => {
      const found = stackCatalog.find((stack) => stack.id === id);
      if (!found) throw new AppError('stack.not-found', { id });
      return found;
    },
  });
  return {
    tiers: os.fit.tiers.handler(async () => ({ tiers: await service.tiers() })),
    judge: os.fit.judge.handler(async ({ input }) => ({ fits: await service.judge(input) })),
  };
}
