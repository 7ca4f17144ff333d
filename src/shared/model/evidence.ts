import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from './ids.ts';
import { operationKindSchema, operationStateSchema, phaseSchema } from './operation.ts';

/** A file as evidence is at most so large; bytes. */
export const maxAttachmentBytes = 25 * 1024 * 1024;
/** A file travels in pieces of at most so many bytes, so that no message is larger than the transport takes. */
export const attachmentPieceBytes = 512 * 1024;

/** What a note or a file belongs to: the run, one server of it, or one of its cells. */
const placeFields = { serverId: serverIdSchema.nullable(), stepId: z.string().max(64).nullable() };

/** Words that a person left at a run. They cannot be changed: a correction is another note. */
export const runNoteSchema = z.object({
  id: z.string().max(64),
  operationId: operationIdSchema,
  ...placeFields,
  text: z.string().max(16_384),
  who: z.string().max(120),
  atMs: z.number(),
});
export type RunNote = z.infer<typeof runNoteSchema>;

/** A file that a person left at a run. `type` is what its first bytes say, whatever its name says. */
export const attachmentSchema = z.object({
  id: z.string().max(64),
  operationId: operationIdSchema,
  ...placeFields,
  name: z.string().max(255),
  size: z.int().min(0),
  sha256: z.string().length(64),
  type: z.string().max(100),
  who: z.string().max(120),
  atMs: z.number(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const timelineKindSchema = z.enum(['made', 'begun', 'cell-begun', 'cell-ended', 'said', 'answered', 'note', 'attachment', 'ended']);

/** One thing that happened in a run. */
export const timelineEventSchema = z.object({
  atMs: z.number(),
  kind: timelineKindSchema,
  serverId: serverIdSchema.nullable(),
  stepId: z.string().nullable(),
  /** One sentence without a full stop. */
  text: z.string(),
  who: z.string().nullable(),
});
export type TimelineEvent = z.infer<typeof timelineEventSchema>;

/** Where a text was found in the output of a run. */
export const outputHitSchema = z.object({
  operationId: operationIdSchema,
  title: z.string(),
  kind: operationKindSchema,
  state: operationStateSchema,
  subject: z.string().nullable(),
  serverId: serverIdSchema.nullable(),
  /** As it was called when it ran. */
  server: z.string().nullable(),
  stepId: z.string().nullable(),
  phase: phaseSchema.nullable(),
  stream: z.enum(['stdout', 'stderr', 'note']),
  seq: z.int(),
  atMs: z.number(),
  /** The line, shortened around what was found, with its place in it. */
  line: z.string(),
  from: z.int().min(0),
  length: z.int().min(1),
});
export type OutputHit = z.infer<typeof outputHitSchema>;

export const reportFormatSchema = z.enum(['md', 'html', 'pdf', 'json']);
export type ReportFormat = z.infer<typeof reportFormatSchema>;
