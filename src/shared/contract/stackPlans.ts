import { z } from 'zod';
import { serverIdSchema, stackIdSchema } from '../model/ids.ts';
import { lintFindingSchema } from '../model/lint.ts';
import { driftItemSchema } from '../model/stackDrift.ts';
import { procedure } from './base.ts';

/** Identifies a plan that was kept. Form: `plan_` and 16 lower-case base-32 characters. */
export const planIdSchema = z.string().regex(/^plan_[a-z2-7]{16}$/);

/** What happens to a service: `restart` and `start` keep its container, `recreate` puts a new one in its place. */
export const serviceEffectSchema = z.enum(['create', 'recreate', 'restart', 'start', 'keep', 'remove']);
export type ServiceEffectKind = z.infer<typeof serviceEffectSchema>;

/** One thing that makes a service change. `path` is its key in the compose file, as `environment.LOG`; values only where they can be no secret. */
export const planReasonSchema = z.object({ path: z.string(), from: z.string().nullable(), to: z.string().nullable(), said: z.string() });
export type PlanReason = z.infer<typeof planReasonSchema>;

/** How long something does not answer; null: it cannot be told. `why` says what it is worked out from. */
export const downtimeSchema = z.object({ seconds: z.number().nullable(), why: z.string() });

/** A service of a plan. */
export const plannedServiceSchema = z.object({
  name: z.string(),
  effect: serviceEffectSchema,
  /** One line for people. */
  why: z.string(),
  reasons: z.array(planReasonSchema).default([]),
  /** Containers now and afterwards. */
  containers: z.object({ now: z.int(), after: z.int() }).optional(),
  downtime: downtimeSchema.optional(),
  /** Requests that the service answers at this moment and that would be broken off; null: it does not tell. */
  requestsRunning: z.number().nullable().optional(),
});
export type PlannedService = z.infer<typeof plannedServiceSchema>;

/** A file of the release. `diff` is a unified diff with secrets masked; empty where the file is only new or gone and `text` is left out for its size. */
export const plannedFileSchema = z.object({
  path: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  diff: z.string(),
  /** Something in it was masked, or it is too long to be shown whole. */
  masked: z.boolean(),
  /** Services that mount it; a compose file has none. */
  services: z.array(z.string()),
});
export type PlannedFile = z.infer<typeof plannedFileSchema>;

/** A network or volume of a plan. `differs`: it exists otherwise than it is defined, and stays as it is until it is removed by hand. `left`: nothing uses it any longer, it stays. */
export const plannedResourceSchema = z.object({
  name: z.string(),
  effect: z.enum(['create', 'keep', 'recreate', 'differs', 'left', 'remove']),
  why: z.string(),
});
export type PlannedResource = z.infer<typeof plannedResourceSchema>;

/** An image of a plan. `moved`: the registry has another image under the same tag than the server. `bytes`: compressed layers that are still to come. */
export const plannedImageSchema = z.object({
  reference: z.string(),
  services: z.array(z.string()),
  state: z.enum(['present', 'missing', 'moved', 'unknown']),
  onServer: z.string().nullable(),
  inRegistry: z.string().nullable(),
  bytes: z.number().nullable(),
  why: z.string().nullable(),
});
export type PlannedImage = z.infer<typeof plannedImageSchema>;

/** What is pulled. `neededBytes`: with what unpacking takes on top. `fits`: null where one of the two is unknown. */
export const plannedPullSchema = z.object({
  images: z.array(plannedImageSchema),
  bytes: z.number().nullable(),
  neededBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  fits: z.boolean().nullable(),
});

/** What a deploy would do on one server. */
export const deployPlanSchema = z.object({
  serverName: z.string(),
  release: z.string(),
  from: z.string().nullable(),
  services: z.array(plannedServiceSchema),
  files: z.array(plannedFileSchema).default([]),
  /** Names only; a value never leaves the server or the laptop's store. */
  secrets: z.array(z.object({ name: z.string(), change: z.enum(['new', 'changed', 'kept', 'removed']) })).default([]),
  /** Values of parameters that differ from those of the release that runs. */
  parameters: z.array(z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable() })).default([]),
  networks: z.array(plannedResourceSchema).default([]),
  volumes: z.array(plannedResourceSchema).default([]),
  pulls: plannedPullSchema.optional(),
  downtime: downtimeSchema.optional(),
  /** What differs on the server from the release that runs; a deploy takes it back unless it is adopted first. */
  drift: z.array(driftItemSchema).default([]),
  /** What the lint rules found in the stack. */
  findings: z.array(lintFindingSchema).default([]),
  shortfalls: z.array(z.string()),
  unknowns: z.array(z.string()),
});
export type DeployPlan = z.infer<typeof deployPlanSchema>;

/** A plan as it was kept. */
export const keptPlanSchema = z.object({
  id: planIdSchema,
  stackId: stackIdSchema,
  selector: z.string(),
  who: z.string(),
  createdAtMs: z.number(),
  parameters: z.record(z.string(), z.string()),
  serverIds: z.array(serverIdSchema),
  plans: z.array(deployPlanSchema),
});
export type KeptPlan = z.infer<typeof keptPlanSchema>;

/** Plans that were made on this computer, newest first. The last 100 are kept. */
export const stackPlansContract = {
  list: procedure
    .input(z.object({ stackId: stackIdSchema.optional(), limit: z.int().min(1).max(100).default(20) }))
    .output(z.object({ plans: z.array(keptPlanSchema) })),
  get: procedure.input(z.object({ planId: planIdSchema })).output(keptPlanSchema),
};
