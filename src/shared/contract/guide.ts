import { z } from 'zod';
import { guideSchema, guideStopIdSchema } from '../model/guide.ts';
import { stackIdSchema } from '../model/ids.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure } from './base.ts';

/** The way from a new machine to one that serves. */
export const guideContract = {
  of: procedure.input(z.object({ name: labelSchema })).output(guideSchema),
  /** Says what the server is for; null: it is open again. */
  choose: procedure.input(z.object({ ...mutationFields, name: labelSchema, stackId: stackIdSchema.nullable() })).output(guideSchema),
  /** Goes on without a stop, for a reason that is kept; an empty reason takes that back. */
  pass: procedure.input(z.object({ ...mutationFields, name: labelSchema, stop: guideStopIdSchema, reason: z.string().trim().max(500) })).output(guideSchema),
};
