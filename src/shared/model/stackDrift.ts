import { z } from 'zod';

/** What of a deployment can differ on its server from the release that runs. */
export const driftKindSchema = z.enum([
  'image',
  'environment',
  'label',
  'restart',
  'port',
  'limit',
  'network',
  'definition',
  'removed',
  'stopped',
  'extra',
  'file',
  'volume',
]);
export type DriftKind = z.infer<typeof driftKindSchema>;

const way = z.object({ possible: z.boolean(), /** Why not, or what it does. */ how: z.string() });

/** One thing that differs. */
export const driftItemSchema = z.object({
  /** The same for the same difference at every look: `gateway.environment.LOG`, `file:config/a.toml`. */
  id: z.string(),
  kind: driftKindSchema,
  /** Null for what belongs to no service. */
  service: z.string().nullable(),
  said: z.string(),
  /** Null where there is none, and for secrets, of which only the difference is told. */
  desired: z.string().nullable(),
  live: z.string().nullable(),
  /** Writes a release in which it is as on the server. */
  adopt: way,
  /** Makes it on the server as in the release. */
  revert: way,
});
export type DriftItem = z.infer<typeof driftItemSchema>;
