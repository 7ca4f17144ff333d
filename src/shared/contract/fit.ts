import { z } from 'zod';
import { fitSchema, tierIdSchema, tierSchema } from '../model/fit.ts';
import { stackIdSchema } from '../model/ids.ts';
import { procedure, selectorSchema } from './base.ts';

/** Whether servers have what a tier or a stack needs. */
export const fitContract = {
  tiers: procedure.input(z.object({})).output(z.object({ tiers: z.array(tierSchema) })),
  /** Judges by the facts that were read last; nothing is asked of a server. With neither tier nor stack: against every tier. */
  judge: procedure
    .input(z.object({ selector: selectorSchema, tier: tierIdSchema.optional(), stack: stackIdSchema.optional() }))
    .output(z.object({ fits: z.array(fitSchema) })),
};
