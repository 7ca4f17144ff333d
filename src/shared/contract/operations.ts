import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { operationPartSchema, operationSchema, operationSummarySchema, outputEntrySchema } from '../model/operation.ts';
import { personAnswerSchema } from '../model/question.ts';
import { logStream, mutationFields, procedure, stateStream } from './base.ts';

const byId = z.object({ id: operationIdSchema });
const cell = z.object({ ...mutationFields, id: operationIdSchema, serverId: serverIdSchema, stepId: z.string().max(64) });
const changed = z.object({ operation: operationSchema });

/** Everything that runs longer than a moment: runs, rollouts, fan-out commands. */
export const operationsContract = {
  list: procedure
    .input(
      z.object({
        open: z.boolean().optional(),
        kind: z.string().max(40).optional(),
        serverId: serverIdSchema.optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ operations: z.array(operationSummarySchema) })),
  get: procedure.input(byId).output(operationSchema),
  /** Open operations and those that ended within the last hour, keyed by id. */
  watch: procedure.input(z.object({})).output(stateStream(operationSummarySchema)),
  /** One operation in parts (head and cells), keyed by `operationPartKey`; `assembleOperation` puts them together. */
  watchOne: procedure.input(byId).output(stateStream(operationPartSchema)),
  /** Output in order; ends when the operation has ended and all was sent. */
  output: procedure
    .input(
      z.object({ id: operationIdSchema, afterSeq: z.int().min(-1).default(-1), serverId: serverIdSchema.optional(), stepId: z.string().max(64).optional() }),
    )
    .output(logStream(outputEntrySchema)),
  cancel: procedure.input(z.object({ ...mutationFields, id: operationIdSchema })).output(changed),
  pause: procedure.input(z.object({ ...mutationFields, id: operationIdSchema })).output(changed),
  resume: procedure.input(z.object({ ...mutationFields, id: operationIdSchema })).output(changed),
  retryCell: procedure.input(cell).output(changed),
  /** Ends one cell and no other: a running one on its server, a waiting one before it begins. */
  cancelCell: procedure.input(cell).output(changed),
  /** Answers what cells of a step ask; no servers: all that ask. Attachments are ids of `evidence.attach`. */
  answer: procedure
    .input(
      z.object({
        ...mutationFields,
        id: operationIdSchema,
        stepId: z.string().max(64),
        serverIds: z.array(serverIdSchema).max(1000).optional(),
        answer: personAnswerSchema.omit({ who: true, atMs: true }),
      }),
    )
    .output(changed),
  /** Takes up again all that failed, was cancelled or is undecided, and what was not reached because of it. */
  retryFailed: procedure.input(z.object({ ...mutationFields, id: operationIdSchema })).output(changed),
  skipCell: procedure.input(cell.extend({ reason: z.string().min(1).max(500) })).output(changed),
};
