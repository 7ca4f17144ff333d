import { z } from 'zod';

/** What a file system is needed for. `all`: everything together. */
export const storageRoleSchema = z.enum(['all', 'system', 'data', 'models', 'backups']);
export type StorageRole = z.infer<typeof storageRoleSchema>;

/** What a machine should have; what is not named is not asked for. Sizes are as they are sold: GB of disks, memory and cards. */
export const hardwareNeedsSchema = z.strictObject({
  /** Physical cores of a machine of its own, virtual ones of a rented one. */
  cores: z.int().min(1).optional(),
  /** The highest clock it reaches. */
  clockGhz: z.number().positive().optional(),
  memoryGb: z.number().positive().optional(),
  memory: z.strictObject({ ddr: z.int().min(1), ecc: z.boolean().default(false) }).optional(),
  storage: z
    .array(
      z.strictObject({
        role: storageRoleSchema,
        gb: z.number().positive(),
        /** `ssd` is met by NVMe too. */
        kind: z.enum(['ssd', 'nvme']).optional(),
        raid: z.union([z.literal(1), z.literal(10)]).optional(),
        /** May lie outside of the server, in an object store. */
        elsewhere: z.boolean().default(false),
      }),
    )
    .max(8)
    .default([]),
  /** Cards that one of which, so many times, is enough; a better one is as well. */
  gpus: z
    .array(z.strictObject({ model: z.string().max(60), count: z.int().min(1), vramGb: z.number().positive() }))
    .min(1)
    .max(8)
    .optional(),
  networkMbps: z.number().positive().optional(),
  /** Releases that it was written for. */
  os: z
    .array(z.strictObject({ id: z.string().max(40), version: z.string().max(40) }))
    .min(1)
    .max(8)
    .optional(),
  dockerVersion: z.string().max(40).optional(),
  composeVersion: z.string().max(40).optional(),
  /** Driver branch, as `535`, or a whole version. */
  driverVersion: z.string().max(40).optional(),
  cudaVersion: z.string().max(40).optional(),
  /** NVIDIA Container Toolkit with its runtime in Docker. */
  containerToolkit: z.boolean().default(false),
});
export type HardwareNeeds = z.infer<typeof hardwareNeedsSchema>;

export const tierIdSchema = z.enum(['minimum', 'recommended', 'optimal']);
export type TierId = z.infer<typeof tierIdSchema>;

/** A class of machine by what it has. */
export const tierSchema = z.strictObject({
  id: tierIdSchema,
  title: z.string().max(60),
  summary: z.string().max(300),
  needs: hardwareNeedsSchema,
});
export type Tier = z.infer<typeof tierSchema>;

/** Whether a need is met. `unknown`: the server does not tell, or a person has to judge. */
export const fitVerdictSchema = z.enum(['meets', 'short', 'unknown']);

/** One need set against what a server has. */
export const fitRequirementSchema = z.object({
  /** What it is about, unique in its fit: `memory`, `storage-data`, … */
  id: z.string(),
  title: z.string(),
  need: z.string(),
  /** Null: not known. */
  have: z.string().nullable(),
  verdict: fitVerdictSchema,
  /** One that is only advised does not decide whether the server fits. */
  level: z.enum(['required', 'advised']),
  /** Why it is short or unknown, as a sentence; null where it is met and nothing more is to be said. */
  reason: z.string().nullable(),
  /** What would mend it, as a sentence. */
  remedy: z.string().nullable(),
});
export type FitRequirement = z.infer<typeof fitRequirementSchema>;

/** A server set against a tier or a stack. */
export const fitSchema = z.object({
  server: z.string(),
  target: z.object({ kind: z.enum(['tier', 'stack']), id: z.string(), title: z.string() }),
  /** When the facts were read that it is judged by; null: they never were. */
  factsReadAtMs: z.number().nullable(),
  /** `short` if one that is required is short, else `unknown` if one is unknown. */
  verdict: fitVerdictSchema,
  requirements: z.array(fitRequirementSchema),
});
export type Fit = z.infer<typeof fitSchema>;
