import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { logSourceSchema, logsFrameSchema, logWantSchema } from '../model/log.ts';
import { procedure, selectorSchema } from './base.ts';

/** Logs of containers, of the journal and of files, of several servers as one. */
export const logsContract = {
  /** What there is to follow on the servers: containers (also stopped and saved ones) and units. */
  sources: procedure
    .input(z.object({ selector: selectorSchema, stacks: z.array(z.string().max(64)).max(64).default([]) }))
    .output(
      z.object({ sources: z.array(logSourceSchema.omit({ index: true })), failures: z.array(z.object({ serverName: z.string(), error: appErrorSchema })) }),
    ),
  /**
   * The lines of the sources, the last `tail` of each or those since `sinceMs`, merged by time; with `follow` it goes on, through restarts,
   * recreations, rotations and lost connections, until the consumer leaves.
   */
  follow: procedure
    .input(
      z.object({
        selector: selectorSchema,
        want: logWantSchema,
        sinceMs: z.number().optional(),
        untilMs: z.number().optional(),
        tail: z.int().min(0).max(1_000_000).default(500),
        follow: z.boolean().default(true),
        resume: z.record(z.string().max(600), z.string().max(600)).optional(),
      }),
    )
    .output(eventIterator(logsFrameSchema)),
};
