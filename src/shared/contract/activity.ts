import { z } from 'zod';
import { activityCopySchema, activityFilterSchema, activityRecordSchema, verifiedLedgerSchema } from '../model/activity.ts';
import { procedure, selectorSchema, stateStream } from './base.ts';

/** A record as lists show it: with the name by which its key is known here. */
export const shownRecordSchema = activityRecordSchema.extend({ signedBy: z.string().nullable() });
export type ShownRecord = z.infer<typeof shownRecordSchema>;

/** The ledger of every change made through Pilothouse. */
export const activityContract = {
  /** Newest first; `beforeSeq` for the page after. */
  list: procedure
    .input(z.object({ ...activityFilterSchema.shape, beforeSeq: z.int().optional(), limit: z.int().min(1).max(1000).default(200) }))
    .output(z.object({ records: z.array(shownRecordSchema), more: z.boolean(), total: z.int() })),
  /** `head`: the number of the last record, so that a list knows when to look again. */
  watch: procedure.input(z.object({})).output(stateStream(z.object({ seq: z.int(), hash: z.string() }))),
  /** Where entries are on their way to servers, by server id. */
  copies: procedure.input(z.object({})).output(stateStream(activityCopySchema)),
  /** Checks this computer's ledger, and the copies on servers: those of `selector`, or all that should have one. */
  verify: procedure
    .input(z.object({ selector: selectorSchema.optional(), laptopOnly: z.boolean().default(false) }))
    .output(z.object({ ok: z.boolean(), ledgers: z.array(verifiedLedgerSchema) })),
  /** Lines as they are kept, from after `afterSeq` on; with `server` those of its copy, whole. `keys`: the lines that a verifier needs. */
  export: procedure
    .input(z.object({ server: z.string().max(63).optional(), afterSeq: z.int().min(0).default(0), limit: z.int().min(1).max(10_000).default(5000) }))
    .output(z.object({ lines: z.array(z.string()), next: z.int().nullable(), keys: z.array(z.string()) })),
};
