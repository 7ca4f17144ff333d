import { z } from 'zod';
import {
  attachmentPieceBytes,
  attachmentSchema,
  maxAttachmentBytes,
  outputHitSchema,
  reportFormatSchema,
  runNoteSchema,
  timelineEventSchema,
} from '../model/evidence.ts';
import { operationIdSchema, serverIdSchema } from '../model/ids.ts';
import { mutationFields, procedure } from './base.ts';

const place = { id: operationIdSchema, serverId: serverIdSchema.optional(), stepId: z.string().max(64).optional() };
const uploadId = z.string().regex(/^[a-z0-9-]{8,64}$/);
const base64Length = Math.ceil(attachmentPieceBytes / 3) * 4;

/** What a run leaves behind beside its matrix: notes, files, its output found by search, and a report of all of it. */
export const evidenceContract = {
  show: procedure
    .input(z.object({ id: operationIdSchema }))
    .output(
      z.object({ notes: z.array(runNoteSchema), attachments: z.array(attachmentSchema), timeline: z.array(timelineEventSchema), timelineCut: z.boolean() }),
    ),
  note: procedure.input(z.object({ ...mutationFields, ...place, text: z.string().trim().min(1).max(16_384) })).output(z.object({ note: runNoteSchema })),
  /** One piece of a file on its way; pieces come in order, the first at offset 0. */
  upload: procedure
    .input(z.object({ uploadId, offset: z.int().min(0).max(maxAttachmentBytes), data: z.base64().max(base64Length) }))
    .output(z.object({ received: z.int() })),
  /** Keeps an uploaded file with a run. */
  attach: procedure
    .input(z.object({ ...mutationFields, ...place, uploadId, name: z.string().min(1).max(255), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .output(z.object({ attachment: attachmentSchema })),
  /** One piece of a kept file; `nextOffset` null: it was the last. */
  download: procedure
    .input(z.object({ attachmentId: z.string().max(64), offset: z.int().min(0).default(0) }))
    .output(z.object({ attachment: attachmentSchema, data: z.base64(), nextOffset: z.int().nullable() })),
  /** Lines of output of any run, those of the newest runs first. ASCII letters match in either case. */
  search: procedure
    .input(
      z.object({
        text: z.string().trim().min(2).max(200),
        serverId: serverIdSchema.optional(),
        /** Id of the workflow or stack. */
        subject: z.string().max(64).optional(),
        sinceMs: z.number().optional(),
        untilMs: z.number().optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(
      z.object({
        hits: z.array(outputHitSchema),
        searched: z.object({ runs: z.int(), bytes: z.int(), elapsedMs: z.number() }),
        /** Why there may be more than is shown. */
        cut: z.enum(['limit', 'time']).nullable(),
      }),
    ),
  report: procedure
    .input(z.object({ id: operationIdSchema, format: reportFormatSchema }))
    .output(z.object({ name: z.string(), type: z.string(), data: z.base64() })),
};
