import { z } from 'zod';
import { stackIdSchema } from './ids.ts';
import { labelSchema } from './server.ts';
import { daySchema, lineSchema } from './serverRecord.ts';

/** What a document is for. */
export const documentKindSchema = z.enum(['procedure', 'runbook', 'review', 'note']);
export type DocumentKind = z.infer<typeof documentKindSchema>;

/** What the kinds are called. */
export const documentKinds: Record<DocumentKind, string> = { procedure: 'Access procedure', runbook: 'Runbook', review: 'Review', note: 'Note' };

/** Longest text of a document, in characters. */
export const mostDocumentText = 500_000;

/** What a person says about a document beside its text. */
export const documentFieldsSchema = z.object({
  /** Short name of addresses and commands. */
  name: labelSchema,
  title: lineSchema,
  kind: documentKindSchema,
  owner: lineSchema.nullable(),
  reviewedOn: daySchema.nullable(),
  nextReviewOn: daySchema.nullable(),
  /** Names of servers that it is about. */
  servers: z.array(labelSchema).max(1000),
  groups: z.array(labelSchema).max(32),
  stacks: z.array(stackIdSchema).max(32),
});
export type DocumentFields = z.infer<typeof documentFieldsSchema>;

/** A document without its text. */
export const documentSummarySchema = documentFieldsSchema.extend({
  id: z.string(),
  /** Counts the texts, from 1. */
  version: z.int(),
  /** Who saved this version. */
  who: z.string(),
  savedAtMs: z.number(),
  createdAtMs: z.number(),
});
export type DocumentSummary = z.infer<typeof documentSummarySchema>;

/** One text that a document had. */
export const documentVersionSchema = z.object({
  version: z.int(),
  who: z.string(),
  savedAtMs: z.number(),
  /** What was changed, in the words of who saved it. */
  note: z.string().nullable(),
  /** Characters. */
  length: z.int(),
});
export type DocumentVersion = z.infer<typeof documentVersionSchema>;

/** Days before a review is due from which it is said to be near. */
export const reviewSoonDays = 14;

/** How a document stands to its next review on a day: `none` is planned, it is `due` on that day or before, it comes `soon`, or `later`. */
export function reviewState({ nextReviewOn }: Pick<DocumentFields, 'nextReviewOn'>, today: string): 'none' | 'due' | 'soon' | 'later' {
  if (nextReviewOn === null) return 'none';
  if (nextReviewOn <= today) return 'due';
  const days = (Date.parse(nextReviewOn) - Date.parse(today)) / 86_400_000;
  return days <= reviewSoonDays ? 'soon' : 'later';
}
