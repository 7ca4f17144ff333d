import { z } from 'zod';
import { workflowIdSchema } from './ids.ts';
import { inputDefinitionSchema } from './inputDefinition.ts';
import { workflowStepSchema } from './workflowStep.ts';

/**
 * A versioned definition: inputs and steps. A checklist makes a server so and can be audited; a runbook is what is done when something
 * is wrong, and may find out before it changes anything.
 */
export const workflowDefinitionSchema = z.object({
  id: workflowIdSchema,
  version: z.int().min(1),
  title: z.string().max(120),
  summary: z.string().max(1000),
  kind: z.enum(['checklist', 'runbook']),
  /** What a runbook is opened for, in the words of somebody who sees it happen. */
  triggers: z.array(z.string().max(200)).max(50).optional(),
  /** Rules of alerts that lead to it, by their ids: an alert offers the runbooks that name its rule. */
  alerts: z.array(z.string().max(80)).max(50).optional(),
  /** Stacks that it is for; absent: any server. */
  stacks: z.array(z.string().max(64)).max(50).optional(),
  /** How often it is due; `downtimeMinutes` is what it may take from the users. */
  schedule: z.object({ every: z.enum(['day', 'week', 'month', 'quarter', 'year']), downtimeMinutes: z.int().min(0).max(1440).optional() }).optional(),
  inputs: z.array(inputDefinitionSchema).max(64),
  steps: z.array(workflowStepSchema).min(1).max(200),
});
export type WorkflowDefinition = z.infer<typeof workflowDefinitionSchema>;
