import { z } from 'zod';
import { operationIdSchema, serverIdSchema } from './ids.ts';
import { operationStateSchema } from './operation.ts';

export const severitySchema = z.enum(['critical', 'high', 'medium', 'low']);
export type Severity = z.infer<typeof severitySchema>;

/** What one check weighs in a score. */
export const severityWeights: Readonly<Record<Severity, number>> = { critical: 15, high: 7, medium: 3, low: 1 };

/**
 * What a check came to. `not-judged`: it could not tell, or was not reached; `not-applicable`: it is not meant for this server;
 * `not-checked`: it is a question or an act, which an audit leaves alone. Only the first two count in a score.
 */
export const auditResultSchema = z.enum(['satisfied', 'finding', 'not-judged', 'not-applicable', 'not-checked']);
export type AuditResult = z.infer<typeof auditResultSchema>;

/** One check on one server. */
export const auditItemSchema = z.object({
  stepId: z.string(),
  title: z.string(),
  group: z.string().nullable(),
  severity: severitySchema,
  result: auditResultSchema,
  /** The line by which it was judged; null: there is none. */
  proof: z.string().nullable(),
  exitCode: z.int().nullable(),
  atMs: z.number().nullable(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;

const counts = z.object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int() });

/** How a server came out of an audit. `score`: 0 to 100, by weight of what could be judged; null: nothing could. */
export const auditStandingSchema = z.object({
  serverId: serverIdSchema,
  server: z.string(),
  score: z.int().min(0).max(100).nullable(),
  satisfied: z.int(),
  findings: z.int(),
  notJudged: z.int(),
  notApplicable: z.int(),
  notChecked: z.int(),
  bySeverity: counts,
});
export type AuditStanding = z.infer<typeof auditStandingSchema>;

/** One run of a workflow that only looked. */
export const auditSummarySchema = z.object({
  id: operationIdSchema,
  workflow: z.string(),
  version: z.int(),
  title: z.string(),
  who: z.string(),
  state: operationStateSchema,
  /** When it ended, or began. */
  atMs: z.number(),
  ended: z.boolean(),
  servers: z.array(auditStandingSchema),
});
export type AuditSummary = z.infer<typeof auditSummarySchema>;

/** What has changed on a server since the audit of the same workflow before. */
export const auditDriftSchema = z.object({
  sinceId: operationIdSchema,
  sinceMs: z.number(),
  sinceScore: z.int().nullable(),
  sinceVersion: z.int(),
  /** Ids of steps. */
  appeared: z.array(z.string()),
  fixed: z.array(z.string()),
  remained: z.array(z.string()),
  /** Found before and now, with another proof. */
  changed: z.array(z.object({ stepId: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Could be judged before and cannot be now. */
  lost: z.array(z.string()),
});
export type AuditDrift = z.infer<typeof auditDriftSchema>;

/** What a check is about and what would mend it. */
export const auditCheckSchema = z.object({
  stepId: z.string(),
  title: z.string(),
  group: z.string().nullable(),
  why: z.string(),
  note: z.string().nullable(),
  severity: severitySchema,
  /** The script that makes it so; null: there is none, a person has to. */
  apply: z.string().nullable(),
  risk: z.string().nullable(),
  requirements: z.array(z.string()),
});
export type AuditCheck = z.infer<typeof auditCheckSchema>;

/** One audit with everything that it found. */
export const auditSchema = auditSummarySchema.extend({
  checks: z.array(auditCheckSchema),
  results: z.array(z.object({ serverId: serverIdSchema, items: z.array(auditItemSchema), drift: auditDriftSchema.nullable() })),
});
export type Audit = z.infer<typeof auditSchema>;

/** Servers beside each other, each by its last audit of one workflow. */
export const auditComparisonSchema = z.object({
  workflow: z.string(),
  title: z.string(),
  servers: z.array(auditStandingSchema.extend({ auditId: operationIdSchema, atMs: z.number(), version: z.int() })),
  rows: z.array(
    z.object({
      stepId: z.string(),
      title: z.string(),
      severity: severitySchema,
      /** Whether servers that were judged differ. */
      differs: z.boolean(),
      /** In the order of `servers`; null: that audit had no such check. */
      cells: z.array(auditItemSchema.pick({ result: true, proof: true }).nullable()),
    }),
  ),
});
export type AuditComparison = z.infer<typeof auditComparisonSchema>;
