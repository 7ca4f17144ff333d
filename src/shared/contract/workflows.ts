import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { workflowIdSchema } from '../model/ids.ts';
import { inputValuesSchema } from '../model/inputDefinition.ts';
import { operationSchema, strategySchema } from '../model/operation.ts';
import { workflowDefinitionSchema } from '../model/workflow.ts';
import { brokenWorkflowSchema, workflowLintReportSchema } from '../model/workflowLint.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

/** How a workflow is run. */
export const runFields = {
  inputs: inputValuesSchema.default({}),
  /** Runs the checks only and changes nothing. */
  checkOnly: z.boolean().default(false),
  strategy: strategySchema.optional(),
  /** Leaves out the steps before this one. */
  from: z.string().max(64).optional(),
  /** Does these steps alone, for example one that an audit found something with. */
  only: z.array(z.string().max(64)).min(1).max(300).optional(),
  /** Why it may interrupt servers outside of their maintenance windows; stands in its output. */
  outsideWindow: z.string().min(3).max(500).optional(),
};

export type RunOptions = z.infer<z.ZodObject<typeof runFields>>;

/** Checklists and runbooks; a run is an operation. */
export const workflowsContract = {
  list: procedure.input(z.object({})).output(
    z.object({
      /** `own`: from the person's own folder. */
      workflows: z.array(workflowDefinitionSchema.omit({ steps: true }).extend({ stepCount: z.int(), own: z.boolean() })),
      /** Files that cannot be used, with what is wrong. */
      broken: z.array(brokenWorkflowSchema),
    }),
  ),
  show: procedure.input(z.object({ id: workflowIdSchema })).output(workflowDefinitionSchema),
  /** Judges files: given as text, or of the catalogue by id. With neither: all of the person's own. */
  lint: procedure
    .input(
      z.object({
        ids: z.array(z.string().max(64)).max(500).optional(),
        files: z
          .array(z.object({ source: z.string().max(1000), text: z.string().max(1_000_000) }))
          .max(500)
          .optional(),
      }),
    )
    .output(z.object({ reports: z.array(workflowLintReportSchema), /** Where the person's own files are. */ ownDirectory: z.string() })),
  /** Those that fit what somebody sees, in their words, or that name the rule of an alert; the best first. */
  forTrigger: procedure
    .input(z.object({ words: z.string().max(400).optional(), alert: z.string().max(80).optional(), kind: z.enum(['checklist', 'runbook']).optional() }))
    .output(z.object({ workflows: z.array(workflowDefinitionSchema.omit({ steps: true }).extend({ stepCount: z.int() })) })),
  /** What could be given for an input, read off servers. */
  offer: procedure
    .input(z.object({ id: workflowIdSchema, input: z.string().max(64), selector: selectorSchema }))
    .output(z.object({ offers: z.array(z.object({ server: z.string(), values: z.array(z.string()), error: appErrorSchema.nullable() })) })),
  run: procedure
    .input(z.object({ ...guardedFields, id: workflowIdSchema, selector: selectorSchema, ...runFields }))
    .output(z.object({ operation: operationSchema })),
};
