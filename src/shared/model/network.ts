import { z } from 'zod';

/** Whether this computer's own network is what keeps servers from being reached. */
export const networkVerdictSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('fine') }),
  z.object({
    state: z.literal('offline'),
    /** `no-address`: it has no address; `all-at-once`: every server that was reached went at the same time. */
    because: z.enum(['no-address', 'all-at-once']),
    sinceMs: z.number(),
    /** How many servers that is. */
    servers: z.int(),
  }),
]);
export type NetworkVerdict = z.infer<typeof networkVerdictSchema>;

/** What a verdict means, in a sentence without its stop. */
export function networkSentence({ because, servers }: Extract<NetworkVerdict, { state: 'offline' }>): string {
  if (because === 'no-address') return 'This computer has no network';
  return `It is this computer's network: all ${servers.toLocaleString('en')} servers stopped answering at once`;
}
