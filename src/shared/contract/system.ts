import { z } from 'zod';
import { streamIdSchema } from '../model/ids.ts';
import { networkVerdictSchema } from '../model/network.ts';
import { procedure, stateStream } from './base.ts';

/** The core itself: who it is, credit for streams, the demo fleet. */
export const systemContract = {
  /** What a client asks first. `version` differs between client and core after an update: the client then says so. */
  hello: procedure.input(z.object({})).output(
    z.object({
      version: z.string(),
      pid: z.int(),
      dataDirectory: z.string(),
      startedAtMs: z.number(),
      nowMs: z.number(),
      /** Display name of the person on this laptop, as it stands in journals and releases. */
      who: z.string(),
      homeDirectory: z.string(),
      sshAgent: z.boolean(),
    }),
  ),
  /**
   * Says that who calls is there to watch: from now on servers are read and judged in the background, as the settings of their environments say.
   * A core that one command started does not do so by itself.
   */
  beginWatching: procedure.input(z.object({})).output(z.object({})),
  /** Whether this computer's own network keeps servers from being reached; one item, live. */
  watchNetwork: procedure.input(z.object({})).output(stateStream(networkVerdictSchema)),
  /** The same, once. */
  network: procedure.input(z.object({})).output(networkVerdictSchema),
  /** Grants credit: the consumer has taken `cost` units of the stream. Unknown streams are ignored: they ended meanwhile. */
  ack: procedure.input(z.object({ streamId: streamIdSchema, cost: z.int().min(0) })).output(z.object({})),
};
