import type { ServerTime } from './collectorFrame.ts';

/** Slower answers prove little. */
const longestRoundTripMs = 10_000;
/** A measurement counts for so long: quartz clocks part by less than a millisecond in it. */
const freshMs = 300_000;
/** Questions without an answer that are remembered. */
const mostOpen = 8;

/** How far a server's clock is from ours: it is ahead by `aheadMs`, give or take `uncertainMs`. */
export interface Skew {
  aheadMs: number;
  uncertainMs: number;
  measuredAtMs: number;
}

/**
 * Measures a server's clock against ours. The server reads its clock at some moment between our question and its answer, so half of the round
 * trip bounds the error, whatever the network does. Of the measurements of the last minutes the one with the narrowest bound counts.
 */
export class TimeSkew {
  readonly #open = new Map<string, number>();
  #asked = 0;
  #best: Skew | null = null;

  /** The line to send to the collector at `nowMs`. */
  question(nowMs: number): string {
    this.#asked += 1;
    const token = `t${this.#asked}`;
    this.#open.set(token, nowMs);
    for (const old of this.#open.keys()) {
      if (this.#open.size <= mostOpen) break;
      this.#open.delete(old);
    }
    return `ping ${token}\n`;
  }

  /** An answer came in at `nowMs`. One to no question of ours is passed over, and so is one during which our own clock was set back. */
  answered(token: string, time: ServerTime, nowMs: number): Skew | null {
    const askedMs = this.#open.get(token);
    this.#open.delete(token);
    if (askedMs === undefined || nowMs < askedMs || nowMs - askedMs > longestRoundTripMs) return null;
    // A clock that tells whole seconds is half a second behind on average, and uncertain by as much.
    const serverMs = time.wallMs + time.wallStepMs / 2;
    const skew = { aheadMs: serverMs - (askedMs + nowMs) / 2, uncertainMs: (nowMs - askedMs) / 2 + time.wallStepMs / 2, measuredAtMs: nowMs };
    const best = this.#best;
    const isStale = best === null || nowMs - best.measuredAtMs > freshMs || nowMs < best.measuredAtMs;
    // What cannot both be true is a clock that was set in between.
    const isElsewhere = best !== null && Math.abs(skew.aheadMs - best.aheadMs) > skew.uncertainMs + best.uncertainMs;
    if (isStale || isElsewhere || skew.uncertainMs <= best.uncertainMs) this.#best = skew;
    return this.#best;
  }
}

/** By how much a clock is wrong for certain, in seconds. */
export function certainSkewS({ aheadMs, uncertainMs }: Skew): number {
  return Math.max(0, Math.abs(aheadMs) - uncertainMs) / 1000;
}
