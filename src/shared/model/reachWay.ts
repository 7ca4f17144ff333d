import { z } from 'zod';

/**
 * How what a server reaches is reached from here: `forward`: the SSH connection forwards it; `relay`: the server's sshd forbids that, and a program of
 * the server goes there over a channel of its own.
 */
export const reachWaySchema = z.enum(['forward', 'relay']);
export type ReachWay = z.infer<typeof reachWaySchema>;

/** The way in the words of a list; empty for the usual one. */
export const reachWords = (way: ReachWay | null): string => (way === 'relay' ? 'asked by the server itself: its sshd forbids forwarding' : '');
