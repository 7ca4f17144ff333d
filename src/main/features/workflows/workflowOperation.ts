import { createHash } from 'node:crypto';
import { z } from 'zod';
import { workflowDefinitionSchema } from '../../../shared/model/workflow.ts';
import { workflowStepSchema } from '../../../shared/model/workflowStep.ts';
import type { OperationType } from '../../operations/operations.ts';
import type { FlatStep } from './definition/flattenRules.ts';
import { answeredInputs, runStep } from './steps/runStep.ts';
import type { StepPorts } from './steps/stepRun.ts';
import { fillText } from './steps/stepText.ts';

/** What is frozen into the journal for a run: the whole definition, so that a later version of a file never changes a run under way. */
export const workflowSpecSchema = z.object({
  definition: workflowDefinitionSchema,
  /** Its steps with those of its sub-workflows in place; absent in runs of before sub-workflows: the definition's own. */
  steps: z.array(z.object({ step: workflowStepSchema, given: z.record(z.string(), z.string()).optional(), scope: z.string().optional() })).optional(),
  inputs: z.record(z.string(), z.string()),
  /** Values that differ by server, by server id; they go before `inputs`. */
  serverInputs: z.record(z.string(), z.record(z.string(), z.string())),
  checkOnly: z.boolean(),
  /** Steps before this one are left out. */
  from: z.string().optional(),
  startedBy: z.string().optional(),
  /** Why it may interrupt servers outside of their maintenance windows. */
  outsideWindow: z.string().optional(),
});
export type WorkflowSpec = z.infer<typeof workflowSpecSchema>;

/** A run of a workflow as the matrix engine sees it: one step of the matrix for each step of the definition. */
export function workflowOperation(ports: StepPorts): OperationType<WorkflowSpec> {
  return {
    kind: 'workflow',
    spec: workflowSpecSchema,
    steps: (spec) =>
      stepsOf(spec).map(({ step }) => ({
        ...{ id: step.id, title: step.title, runs: 'always' as const },
        ...(step.group !== undefined && { group: step.group }),
        ...((spec.checkOnly || step.onFailure === 'go-on') && { goesOn: true }),
      })),
    async runCell(spec, context) {
      const steps = stepsOf(spec);
      const index = steps.findIndex(({ step }) => step.id === context.stepId);
      const found = steps[index];
      if (found === undefined) throw new Error(`workflow ${spec.definition.id} has no step ${context.stepId}`);
      const first = spec.from === undefined ? 0 : steps.findIndex(({ step }) => step.id === spec.from);
      if (index < first) return { state: 'skipped', detail: `this run begins at ${spec.from ?? ''}` };
      const server = ports.server(context.serverId);
      const own = { ...spec.inputs, ...spec.serverInputs[context.serverId] };
      const inputs = { ...own, ...answeredInputs(Object.keys(own), undefined, context) };
      const given = Object.fromEntries(Object.entries(found.given ?? {}).map(([name, value]) => [name, fillText(value, { inputs, server })]));
      const who = spec.startedBy ?? '';
      const outsideWindow = spec.outsideWindow === undefined ? null : { who, reason: spec.outsideWindow };
      const run = {
        step: found.step,
        scope: found.scope,
        leftOut: new Set(steps.slice(0, first).map(({ step }) => step.id)),
        inputs: { ...inputs, ...given },
        server,
        checkOnly: spec.checkOnly,
        startedBy: who,
        outsideWindow,
        definitionHash: () => hashOf(spec),
      };
      return runStep(run, context, ports);
    },
  };
}

function hashOf({ definition, steps }: WorkflowSpec): string {
  return createHash('sha256')
    .update(JSON.stringify([definition, steps ?? []]))
    .digest('hex');
}

function stepsOf(spec: WorkflowSpec): { step: FlatStep; given?: Readonly<Record<string, string>> | undefined; scope?: string | undefined }[] {
  const steps = spec.steps ?? spec.definition.steps.map((step) => ({ step }));
  return steps.flatMap(({ step, ...rest }) => (step.kind === 'workflow' ? [] : [{ step, ...rest }]));
}
