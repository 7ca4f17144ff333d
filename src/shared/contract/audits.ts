import { z } from 'zod';
import { auditComparisonSchema, auditSchema, auditSummarySchema } from '../model/audit.ts';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { procedure } from './base.ts';

/** Runs of workflows that only looked, as scores and findings. */
export const auditsContract = {
  /** Newest first. */
  list: procedure
    .input(z.object({ workflow: z.string().max(64).optional(), serverId: serverIdSchema.optional(), limit: z.int().min(1).max(500).default(100) }))
    .output(z.object({ audits: z.array(auditSummarySchema) })),
  /** With what changed on each server since its audit before. */
  get: procedure.input(z.object({ id: operationIdSchema })).output(auditSchema),
  /** The last ended audit of each server; `servers` absent: of all that have one. */
  compare: procedure.input(z.object({ workflow: z.string().max(64), servers: z.array(z.string().max(64)).max(200).optional() })).output(auditComparisonSchema),
};
