import { z } from 'zod';

/** `error`: it will not work or opens a door, a deploy is refused; `warning`: it will hurt later; `note`: worth knowing. */
export const lintSeveritySchema = z.enum(['error', 'warning', 'note']);
export type LintSeverity = z.infer<typeof lintSeveritySchema>;

/** Number of a known trap, `X-001` to `X-133`. */
export const trapIdSchema = z.string().regex(/^X-[0-9]{3}$/);

/** Where something stands. Null: it is about the whole. */
export const lintPlaceSchema = z.object({ file: z.string().nullable(), line: z.int().nullable(), service: z.string().nullable() });

/** Something that a rule found. */
export const lintFindingSchema = z.object({
  rule: z.string(),
  /** The trap that it is an instance of; null where the rule stands for itself. */
  trap: trapIdSchema.nullable(),
  severity: lintSeveritySchema,
  place: lintPlaceSchema,
  /** One sentence with the figures. */
  reason: z.string(),
  /** One sentence. */
  fix: z.string(),
});
export type LintFinding = z.infer<typeof lintFindingSchema>;

/** Something that a rule could not judge, and for lack of what. */
export const lintUnknownSchema = z.object({ rule: z.string(), what: z.string() });
export type LintUnknown = z.infer<typeof lintUnknownSchema>;

/** What all rules say of one project, on one server or on none in particular. */
export const lintReportSchema = z.object({
  /** Null: judged without a server. */
  serverName: z.string().nullable(),
  findings: z.array(lintFindingSchema),
  unknowns: z.array(lintUnknownSchema),
});
export type LintReport = z.infer<typeof lintReportSchema>;

/** What a rule is about. */
export const lintRuleSchema = z.object({ id: z.string(), title: z.string(), why: z.string(), traps: z.array(trapIdSchema) });
export type LintRuleText = z.infer<typeof lintRuleSchema>;

/** What stands for a trap: a rule over a project, a limit of monitoring, a calculation over machines and money, or a text to read. */
export const trapClassSchema = z.enum(['lint', 'threshold', 'sizing', 'note']);

/** A known trap. */
export const trapSchema = z.strictObject({ id: trapIdSchema, class: trapClassSchema, title: z.string().max(200), advice: z.string().max(600) });
export type Trap = z.infer<typeof trapSchema>;
