import { z } from 'zod';
import { costSchema } from './money.ts';

/** GPUs of an instance type. */
const gpuSchema = z.object({ model: z.string(), count: z.int().min(1), /** Of one card; null: the source does not say. */ vramGb: z.number().nullable() });

/** A price as a source gave it. */
export const quotedPriceSchema = z.object({
  ...costSchema.shape,
  /** The source gives a round figure. */
  rounded: z.boolean().default(false),
  /** Where it is from, in a few words. */
  source: z.string(),
  /** Year, month or day that it is of; null: the source does not say. */
  asOf: z
    .string()
    .regex(/^\d{4}(-\d\d(-\d\d)?)?$/)
    .nullable(),
});
export type QuotedPrice = z.infer<typeof quotedPriceSchema>;

/** A kind of machine that a provider rents out. Sizes that no source gives are null. */
export const instanceTypeSchema = z.object({
  /** Provider and name, for example `aws/g5.4xlarge`. */
  id: z.string().regex(/^[a-z]+\/[A-Za-z0-9._-]+$/),
  provider: z.string(),
  name: z.string(),
  vcpu: z.number().nullable(),
  ramGb: z.number().nullable(),
  gpu: gpuSchema.nullable(),
  /** As the provider words it, for example `up to 25 Gbps`. */
  network: z.string().nullable(),
  storage: z.string().nullable(),
  use: z.string().nullable(),
  /** As sources gave them; several may differ. */
  prices: z.array(quotedPriceSchema),
  /** Paid once for it to be set up. */
  setupFee: z.object({ amount: z.number(), currency: z.string() }).nullable().default(null),
  /** What is doubtful about it, a sentence each. */
  doubts: z.array(z.string()).default([]),
});
export type InstanceType = z.infer<typeof instanceTypeSchema>;
