import { z } from 'zod';
import { operationSchema, strategySchema } from '../model/operation.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

/** One command on many servers: an operation of one step. */
export const execContract = {
  start: procedure
    .input(
      z.object({
        ...guardedFields,
        selector: selectorSchema,
        /** The words of the command; each reaches the server's shell as one word, whatever is in it. */
        command: z.array(z.string().max(8192)).min(1).max(256),
        sudo: z.boolean().default(false),
        timeoutS: z.int().min(1).max(86_400).default(600),
        strategy: strategySchema.optional(),
      }),
    )
    .output(z.object({ operation: operationSchema })),
};
