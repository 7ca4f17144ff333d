import { z } from 'zod';
import { remoteWriteCountsSchema, remoteWriteSchema } from '../model/metricsSharing.ts';
import { logStream, mutationFields, procedure } from './base.ts';

/** Live figures for other programs: a page that a Prometheus scrapes, and figures written to one. */
export const sharingContract = {
  status: procedure.input(z.object({})).output(
    z.object({
      /** Null: the page is switched off. It is served by the browser host alone. */
      scrape: z.object({ sinceMs: z.number() }).nullable(),
      /** Null: nothing is written elsewhere. */
      remoteWrite: remoteWriteSchema.extend({ sinceMs: z.number(), counts: remoteWriteCountsSchema }).nullable(),
    }),
  ),
  /** Switches the page on, with a new token that is shown this once; the one before holds no more. Off: the token is forgotten. */
  scrape: procedure.input(z.object({ ...mutationFields, on: z.boolean() })).output(z.object({ token: z.string().nullable() })),
  /** Where figures are written to from now on; null: nowhere. */
  remoteWrite: procedure.input(z.object({ ...mutationFields, target: remoteWriteSchema.nullable() })).output(z.object({})),
  /** The page, for the host that serves it: newest values of all servers in Prometheus' text format, to whoever shows the token. */
  page: procedure
    .input(z.object({ token: z.string().max(200) }))
    .output(logStream(z.object({ seq: z.int(), state: z.enum(['off', 'refused', 'given']), text: z.string() }))),
};
