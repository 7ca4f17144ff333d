/** A core that ran this long was well: the next end counts as the first again. */
export const healthyAfterMs = 60_000;

/** Delay before restart number `attempt` (from 1): half a second, doubling to half a minute. */
export function restartDelayMs(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(attempt - 1, 10));
}

/** How often the core has ended in a row, counting the end of one that ran for `ranMs`. */
export function countEnds(before: number, ranMs: number): number {
  return ranMs >= healthyAfterMs ? 1 : before + 1;
}
