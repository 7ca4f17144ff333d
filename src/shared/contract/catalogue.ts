import { z } from 'zod';
import { instanceTypeSchema } from '../model/instanceType.ts';
import { procedure } from './base.ts';

/** Kinds of machine that providers rent out, with prices as dated sources gave them: a file of the program, nothing asked of a provider. */
export const catalogueContract = {
  list: procedure.input(z.object({})).output(z.object({ types: z.array(instanceTypeSchema), about: z.string() })),
};
