import { z } from 'zod';
import { type WorkflowDefinition, workflowDefinitionSchema } from '../../../shared/model/workflow.ts';
import type { OperationType } from '../../operations/operations.ts';
import { runWorkflowStep } from './workflowStep.ts';

/** What is frozen into the journal for a run: the whole definition, so that a later version of a file never changes a run under way. */
export const workflowSpecSchema = z.object({
  definition: workflowDefinitionSchema,
  inputs: z.record(z.string(), z.string()),
  /** Values that differ by server, by server id; they go before `inputs`. */
  serverInputs: z.record(z.string(), z.record(z.string(), z.string())),
  checkOnly: z.boolean(),
});
export type WorkflowSpec = z.infer<typeof workflowSpecSchema>;

/** A run of a workflow as the matrix engine sees it: one step of the matrix for each step of the definition. */
export function workflowOperation(): OperationType<WorkflowSpec> {
  return {
    kind: 'workflow',
    spec: workflowSpecSchema,
    steps: (spec) => spec.definition.steps.map(({ id, title }) => ({ id, title, runs: 'always' as const })),
    runCell: (spec, context) =>
      runWorkflowStep(
        {
          step: stepOf(spec.definition, context.stepId),
          inputs: { ...spec.inputs, ...spec.serverInputs[context.serverId] },
          checkOnly: spec.checkOnly,
        },
        context,
      ),
  };
}

function stepOf(definition: WorkflowDefinition, id: string) {
  const step = definition.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`workflow ${definition.id} has no step ${id}`);
  return step;
}
