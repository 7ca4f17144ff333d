import { z } from 'zod';

/** Where figures are written to: an endpoint that takes Prometheus' remote-write 1.0. */
export const remoteWriteSchema = z.object({
  /** As `https://prometheus.example.com/api/v1/write`. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), 'a password does not belong into an address: keep it as a secret'),
  /** How we say who we are; secrets by the names that they are kept under. */
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('bearer'), secret: z.string().min(1).max(200) }),
    z.object({ kind: z.literal('basic'), user: z.string().min(1).max(200), secret: z.string().min(1).max(200) }),
  ]),
});
export type RemoteWrite = z.infer<typeof remoteWriteSchema>;

/** What became of the figures that are written elsewhere, since the core began. */
export const remoteWriteCountsSchema = z.object({
  sentSamples: z.int(),
  sentBatches: z.int(),
  /** Refused for good by the other side. */
  refusedSamples: z.int(),
  /** Left out because too many waited. */
  droppedSamples: z.int(),
  waitingSamples: z.int(),
  retries: z.int(),
  lastSentAtMs: z.number().nullable(),
  /** Why the last attempt failed; null: it did not. */
  lastFailure: z.object({ atMs: z.number(), status: z.int().nullable(), reason: z.string() }).nullable(),
});
export type RemoteWriteCounts = z.infer<typeof remoteWriteCountsSchema>;
