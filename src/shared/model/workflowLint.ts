import { z } from 'zod';

/** Something that is wrong, or against a convention, in the file of a workflow. `rule`: `schema`, `reference`, `convention`, or one of shellcheck's, for example `SC2086`. */
export const workflowFindingSchema = z.object({
  severity: z.enum(['error', 'warning']),
  rule: z.string(),
  /** Where, for example `steps.packages.check`; empty: the whole. */
  place: z.string(),
  line: z.int().nullable(),
  problem: z.string(),
});
export type WorkflowFinding = z.infer<typeof workflowFindingSchema>;

/** What lint says of one file. */
export const workflowLintReportSchema = z.object({
  /** The file's name. */
  source: z.string(),
  findings: z.array(workflowFindingSchema),
  /** Scripts that it holds. */
  scripts: z.int(),
  /** Whether shellcheck was there to read them. */
  shellcheck: z.boolean(),
});
export type WorkflowLintReport = z.infer<typeof workflowLintReportSchema>;

/** A file of a person's own that cannot be used. */
export const brokenWorkflowSchema = z.object({ id: z.string(), file: z.string(), issues: z.array(z.string()) });
export type BrokenWorkflow = z.infer<typeof brokenWorkflowSchema>;
