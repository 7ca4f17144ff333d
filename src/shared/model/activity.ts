import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from './ids.ts';

/** How a change went. `started`: it goes on as an operation, whose end is an entry of its own. */
export const activityOutcomeSchema = z.enum(['started', 'done', 'failed', 'partly-failed', 'cancelled', 'needs-attention']);
export type ActivityOutcome = z.infer<typeof activityOutcomeSchema>;

/** One change that somebody made through Pilothouse. It never holds a secret: values are left out, names are kept. */
export const activityEntrySchema = z.object({
  atMs: z.int(),
  who: z.string(),
  /** `operation.started`, `operation.ended`, or the name of what was asked for, as `servers.edit`. */
  action: z.string(),
  outcome: activityOutcomeSchema,
  /** What was done, in a line for people. */
  what: z.string(),
  servers: z.array(z.object({ id: serverIdSchema, name: z.string() })),
  operationId: operationIdSchema.optional(),
  /** Workflow, stack, file … that it concerns. */
  subject: z.string().optional(),
  /** Code of the failure. */
  error: z.string().optional(),
  details: z.record(z.string(), z.string()).optional(),
});
export type ActivityEntry = z.infer<typeof activityEntrySchema>;

/**
 * One line of a ledger. `prev` is the SHA-256 of the line before it in hex, sixty-four zeros for the first; `signature` is by the key whose
 * fingerprint is `key`, over the same line without the signature.
 */
export const activityRecordSchema = z.object({
  chain: z.string().max(80),
  entry: activityEntrySchema,
  key: z.string().max(80),
  /** On a server: chain and place of the same entry in the ledger of who made it. */
  origin: z.string().max(120).optional(),
  prev: z.string().length(64),
  seq: z.int().min(1),
  signature: z.string().max(200),
});
export type ActivityRecord = z.infer<typeof activityRecordSchema>;

/** What is wrong at a place of a ledger. */
export const activityFindingKindSchema = z.enum([
  ...(['unreadable', 'changed', 'removed', 'reordered', 'inserted', 'cut', 'wrong-signature', 'unknown-key', 'revoked-key', 'unsigned'] as const),
  ...(['missing-there', 'missing-here', 'differs', 'unreachable'] as const),
]);
export type ActivityFindingKind = z.infer<typeof activityFindingKindSchema>;

export const activityFindingSchema = z.object({
  kind: activityFindingKindSchema,
  /** Line of the file, from 1; null where there is none. */
  line: z.int().nullable(),
  /** Number of the record. */
  seq: z.int().nullable(),
  /** What is wrong there, in a sentence. */
  detail: z.string(),
});
export type ActivityFinding = z.infer<typeof activityFindingSchema>;

/** One ledger as verified: this computer's (`server` null), or the copy on a server. */
export const verifiedLedgerSchema = z.object({
  server: z.string().nullable(),
  chain: z.string().nullable(),
  records: z.int(),
  /** SHA-256 of its last line. */
  head: z.string().nullable(),
  findings: z.array(activityFindingSchema),
});
export type VerifiedLedger = z.infer<typeof verifiedLedgerSchema>;

/** How a server's copy stands. */
export const activityCopySchema = z.object({
  serverId: serverIdSchema,
  serverName: z.string(),
  /** Entries that are not there yet. */
  pending: z.int(),
  delivered: z.int(),
  lastDeliveredAtMs: z.number().nullable(),
  /** Why the last try failed; null: it did not. */
  problem: z.string().nullable(),
});
export type ActivityCopy = z.infer<typeof activityCopySchema>;

/** Filters of the ledger; all of those given have to fit. */
export const activityFilterSchema = z.object({
  /** Words that have to stand in what, who, action, subject or a server's name. */
  search: z.string().max(200).optional(),
  who: z.string().max(120).optional(),
  server: z.string().max(63).optional(),
  outcome: activityOutcomeSchema.optional(),
  operationId: operationIdSchema.optional(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
});
export type ActivityFilter = z.infer<typeof activityFilterSchema>;
