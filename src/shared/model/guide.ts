import { z } from 'zod';
import { operationIdSchema } from './ids.ts';

/** The stops between a new machine and one that serves behind a closed firewall, in order. */
export const guideStopIdSchema = z.enum(['added', 'trusted', 'facts', 'purpose', 'day1', 'hardening', 'deploy', 'health']);
export type GuideStopId = z.infer<typeof guideStopIdSchema>;

/**
 * How a stop stands. `next`: the one to do now. `attention`: it was tried, or looked at, and is not as it should be. `passed`: a person went
 * on without it, for a reason that is kept. `later`: its turn has not come.
 */
export const guideStopStateSchema = z.enum(['done', 'next', 'running', 'attention', 'passed', 'later']);

export const guideStopSchema = z.object({
  id: guideStopIdSchema,
  title: z.string(),
  why: z.string(),
  state: guideStopStateSchema,
  /** What shows that it is so, or what is in the way; null: nothing to say yet. */
  proof: z.string().nullable(),
  atMs: z.number().nullable(),
  /** The run or rollout that it stands by. */
  operationId: operationIdSchema.nullable(),
  /** How it is done at the command line. */
  command: z.string(),
});
export type GuideStop = z.infer<typeof guideStopSchema>;

/** The way of one server. `stackId`: what it is for, as a person chose; null: not chosen. */
export const guideSchema = z.object({
  serverName: z.string(),
  stackId: z.string().nullable(),
  stops: z.array(guideStopSchema),
  done: z.boolean(),
});
export type Guide = z.infer<typeof guideSchema>;
