import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { connectionDetailsSchema, connectionStateSchema, hostKeySchema, labelSchema, loginQuestionsSchema, serverSchema } from '../model/server.ts';
import { guardedFields, procedure } from './base.ts';

const fingerprints = z.array(hostKeySchema.shape.fingerprint).max(32).default([]);

/** What happens at a login with a person there: questions, any number of times, and in the end the connection. */
export const loginEventSchema = z.discriminatedUnion('kind', [
  /** Answer with `access.answer`, one text per prompt. */
  z.object({ kind: z.literal('questions'), questionId: z.string(), ...loginQuestionsSchema.shape }),
  z.object({ kind: z.literal('connected'), connection: connectionDetailsSchema }),
]);
export type LoginEvent = z.infer<typeof loginEventSchema>;

/** Host keys by which a server is trusted, and those it says that it has. */
export const hostKeyNewsSchema = z.object({
  pinned: z.array(hostKeySchema),
  /** What it told, and proved to hold, when it last let us in; null: it has not, since the core started. */
  told: z.object({ keys: z.array(hostKeySchema), atMs: z.number() }).nullable(),
  /** Told and not pinned: may be taken on. */
  fresh: z.array(hostKeySchema),
  /** Pinned and not told any more: may be given up. */
  gone: z.array(hostKeySchema),
});
export type HostKeyNews = z.infer<typeof hostKeyNewsSchema>;

/** How servers are logged in to, and which of their keys are trusted. */
export const accessContract = {
  /** The connections that are open now, and how each was made. */
  connection: procedure
    .input(z.object({ name: labelSchema }))
    .output(z.object({ state: connectionStateSchema, error: appErrorSchema.nullable(), connections: z.array(connectionDetailsSchema) })),
  /** Logs in with a person there; ends after `connected`. Leaving the stream gives up. */
  login: procedure.input(z.object({ name: labelSchema })).output(eventIterator(loginEventSchema)),
  /** Answers questions of a login; null: nobody will. An id that waits for nothing is passed over. */
  answer: procedure.input(z.object({ questionId: z.string().max(64), answers: z.array(z.string().max(1024)).max(16).nullable() })).output(z.object({})),
  hostKeys: procedure.input(z.object({ name: labelSchema })).output(hostKeyNewsSchema),
  /** Takes on keys that the server proved to hold, and gives up others. One at least stays. Throws `ssh.host-key-unknown` for one it did not prove. */
  rotate: procedure
    .input(z.object({ ...guardedFields, name: labelSchema, add: fingerprints, remove: fingerprints }))
    .output(z.object({ server: serverSchema })),
};
