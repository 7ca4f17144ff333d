import { z } from 'zod';

/** How a step ended on a server, as later steps see it. `finding`: its check said no and nothing was changed. */
export const stepEndSchema = z.enum(['satisfied', 'done', 'finding', 'skipped', 'failed']);
export type StepEnd = z.infer<typeof stepEndSchema>;

/**
 * When a step applies on a server. `fact` is a path into the facts, for example `gpu.devices` or `os.id`; of a list, `atLeast` counts its
 * length. `step` is an earlier one: how it ended, or what a person answered in it.
 */
export type StepCondition =
  | { input: string; is: string[] }
  | { fact: string; is?: string[] | undefined; atLeast?: number | undefined }
  | { step: string; ended?: StepEnd[] | undefined; answered?: string[] | undefined }
  | { environment: string[] }
  | { all: StepCondition[] }
  | { any: StepCondition[] }
  | { not: StepCondition };

const words = z.array(z.string().max(200)).min(1).max(50);
const stepId = z.string().max(64);

export const stepConditionSchema: z.ZodType<StepCondition> = z.lazy(() =>
  z.union([
    z.strictObject({ input: z.string().max(64), is: words }),
    z.strictObject({ fact: z.string().max(120), is: words.optional(), atLeast: z.number().optional() }),
    z.strictObject({ step: stepId, ended: z.array(stepEndSchema).min(1).optional(), answered: words.optional() }),
    z.strictObject({ environment: words }),
    z.strictObject({ all: z.array(stepConditionSchema).min(1).max(20) }),
    z.strictObject({ any: z.array(stepConditionSchema).min(1).max(20) }),
    z.strictObject({ not: stepConditionSchema }),
  ]),
);
