import { z } from 'zod';
import { releaseIdSchema, stackIdSchema } from '../model/ids.ts';
import { releaseSchema } from '../model/stack.ts';
import { procedure } from './base.ts';
import { plannedFileSchema, planReasonSchema } from './stackPlans.ts';

/** A service in two releases. `changed`: Compose would make its container anew between the two. */
export const comparedServiceSchema = z.object({
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'same']),
  image: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  /** Why it is made anew; empty where only what is mounted differs. */
  reasons: z.array(planReasonSchema),
});
export type ComparedService = z.infer<typeof comparedServiceSchema>;

/** What differs between two releases of a deployment, as their server holds them. */
export const releaseComparisonSchema = z.object({
  from: releaseSchema,
  to: releaseSchema,
  services: z.array(comparedServiceSchema),
  parameters: z.array(z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  /** Values in them are masked. */
  files: z.array(plannedFileSchema),
  /** Names only; `unknown`: one of the two could not be read. */
  secrets: z.array(z.object({ name: z.string(), change: z.enum(['new', 'changed', 'kept', 'removed', 'unknown']) })),
  /** What could not be compared, each a phrase. */
  unknowns: z.array(z.string()),
});
export type ReleaseComparison = z.infer<typeof releaseComparisonSchema>;

/** Releases of a deployment against each other. */
export const stackReleasesContract = {
  /** Compares two releases on their server. Reads only. Throws `stack.release-not-found`. */
  compare: procedure
    .input(z.object({ id: stackIdSchema, server: z.string().max(63), from: releaseIdSchema, to: releaseIdSchema }))
    .output(releaseComparisonSchema),
};
