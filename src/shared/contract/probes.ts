import { z } from 'zod';
import { probeGivenSchema, probeIdSchema, probeResultSchema, probeSchema } from '../model/probe.ts';
import { mutationFields, procedure, selectorSchema, stateStream } from './base.ts';

const one = z.object({ probe: probeSchema });
/** An id, or a name that only one probe has. */
const which = z.string().min(1).max(120);

/** Questions put to endpoints again and again, each with what is wanted of the answer. They run in hosts that watch in the background. */
export const probesContract = {
  /** All probes as they stand, keyed by id. */
  watch: procedure.input(z.object({ selector: selectorSchema.optional() })).output(stateStream(probeSchema)),
  list: procedure.input(z.object({ selector: selectorSchema.optional() })).output(z.object({ probes: z.array(probeSchema) })),
  /** Throws `probe.exists`, `server.not-found`, `input.invalid`. */
  add: procedure.input(z.object({ ...mutationFields, fields: probeGivenSchema })).output(one),
  /** Puts all fields anew; what it used and found stays. Throws `probe.not-found` too. */
  edit: procedure.input(z.object({ ...mutationFields, probe: which, fields: probeGivenSchema })).output(one),
  remove: procedure.input(z.object({ ...mutationFields, probe: which })).output(z.object({ id: probeIdSchema })),
  /** Runs it now, paused or not, and waits for what it finds. It counts against its limits, which hold here too. */
  run: procedure.input(z.object({ ...mutationFields, probe: which })).output(z.object({ probe: probeSchema, result: probeResultSchema })),
};
