import { z } from 'zod';
import { alertRuleSchema } from './alertRule.ts';

/** Where the text of a rule is wrong, or will not do what somebody expects of it. */
export const ruleProblemSchema = z.object({
  /** 1-based; null: it is about the whole. */
  line: z.int().nullable(),
  /** Place in the rule, such as `missing.policy`; empty: the whole. */
  path: z.string(),
  /** What was looked for, such as `no-clear`; `yaml` and `schema` for what cannot be read. */
  check: z.string(),
  /** An error keeps it from being saved. */
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});
export type RuleProblem = z.infer<typeof ruleProblemSchema>;

/** A rule that counts, or that was switched off. */
export const ruleViewSchema = z.object({
  rule: alertRuleSchema,
  /** `changed`: a shipped one with other figures. */
  origin: z.enum(['shipped', 'changed', 'own']),
  enabled: z.boolean(),
  /** Title of the file that it came with; `Own rules` for others. */
  section: z.string(),
  openAlerts: z.int(),
  changedBy: z.string().nullable(),
  changedAtMs: z.number().nullable(),
});
export type RuleView = z.infer<typeof ruleViewSchema>;

/** A stretch of time in which a rule would have been an alert. */
export const firedIntervalSchema = z.object({
  serverId: z.string(),
  serverName: z.string(),
  subject: z.string(),
  /** Since when it was bad; the alert would have come at `raisedAtMs`. */
  sinceMs: z.number(),
  raisedAtMs: z.number(),
  /** Null: it would be open still. */
  untilMs: z.number().nullable(),
  ended: z.enum(['good', 'noData']).nullable(),
  /** The worst value within it. */
  worst: z.number(),
});

/** What a rule would have done with the stored past. Dependencies, maintenance and grouping are left out. */
export const ruleBacktestSchema = z.object({
  fromMs: z.number(),
  untilMs: z.number(),
  /** Newest first, 500 at most. */
  intervals: z.array(firedIntervalSchema),
  /** All that there were. */
  fired: z.int(),
  /** All together, in milliseconds. */
  firedMs: z.number(),
  samples: z.int(),
  series: z.int(),
  /** Seconds between stored values; 0: as they were measured. Roll-ups show less than what was measured. */
  stepS: z.number(),
  /** Why nothing could be judged; null: it could. */
  problem: z.string().nullable(),
});
export type RuleBacktest = z.infer<typeof ruleBacktestSchema>;
