/** What a look may be late by and still count as taken when it came in. */
const slackMs = 2_000;

/** A look with the server's uptime at its beginning. */
export interface TimedLook {
  /** Whether it is one of those that come at every tick. */
  isTick: boolean;
  uptimeS: number;
  receivedAtMs: number;
}

interface Known {
  atMs: number;
  uptimeS: number;
  receivedAtMs: number;
}

/**
 * Says when a look was taken, by our clock. What waited on the way, as while this computer slept, comes in all at once: by the server's uptime since
 * the look before it gets the time that it is of. A clock of ours that was set makes every look seem late: the second that comes at its pace is
 * believed.
 */
export class LookClock {
  #last: Known | null = null;
  #wasLate = false;

  /** Another boot, or another channel: nothing that came before tells of what comes. */
  forget(): void {
    this.#last = null;
    this.#wasLate = false;
  }

  /** Never later than it came in, but for a clock that was set back. */
  momentOf({ isTick, uptimeS, receivedAtMs }: TimedLook): number {
    const last = this.#last;
    const goneMs = last === null ? 0 : (uptimeS - last.uptimeS) * 1000;
    const byServerMs = last === null ? receivedAtMs : last.atMs + goneMs;
    const isLate = receivedAtMs - byServerMs > slackMs;
    // What begins at the same tick is of the same moment, however long it takes.
    if (!isTick && uptimeS === last?.uptimeS) return last.atMs;
    if (!isTick) return isLate ? Math.round(byServerMs) : receivedAtMs;
    const cameAtItsPace = last !== null && receivedAtMs - last.receivedAtMs >= goneMs - slackMs / 4;
    const isBelieved = !isLate || (this.#wasLate && cameAtItsPace);
    const atMs = isBelieved ? receivedAtMs : Math.round(byServerMs);
    this.#wasLate = !isBelieved;
    this.#last = { atMs, uptimeS, receivedAtMs };
    return atMs;
  }
}
