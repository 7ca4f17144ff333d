import { z } from 'zod';
import { workflowIdSchema } from '../model/ids.ts';
import { operationSchema, strategySchema } from '../model/operation.ts';
import { inputValuesSchema, workflowDefinitionSchema } from '../model/workflow.ts';
import { guardedFields, procedure, selectorSchema } from './base.ts';

/** Checklists and runbooks; a run is an operation. */
export const workflowsContract = {
  list: procedure.input(z.object({})).output(z.object({ workflows: z.array(workflowDefinitionSchema.omit({ steps: true }).extend({ stepCount: z.int() })) })),
  show: procedure.input(z.object({ id: workflowIdSchema })).output(workflowDefinitionSchema),
  run: procedure
    .input(
      z.object({
        ...guardedFields,
        id: workflowIdSchema,
        selector: selectorSchema,
        inputs: inputValuesSchema.default({}),
        /** Runs the checks only and changes nothing. */
        checkOnly: z.boolean().default(false),
        strategy: strategySchema.optional(),
      }),
    )
    .output(z.object({ operation: operationSchema })),
};
