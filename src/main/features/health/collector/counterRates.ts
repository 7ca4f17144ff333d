/** A counter of 32 bits begins anew after this. */
const wrap = 2 ** 32;
/** How many times as fast as before a counter may have been for a wrap to be believed. */
const plausible = 4;
/** Counters of what has been gone for so long are forgotten. */
const forgottenAfterS = 900;
/** No server has so many; a hostile one is bounded by it. */
const mostCounters = 20_000;

interface Known {
  value: number;
  atS: number;
  /** Per second, between the two looks before; null: not known. */
  rate: number | null;
}

/**
 * Turns counters into rates. A counter that went backwards was reset and gives no rate for that once, unless it can only have wrapped at
 * 32 bits: then the rate is as if it had gone on. `atS` is the server's uptime, which no clock change moves.
 */
export class CounterRates {
  readonly #known = new Map<string, Known>();
  #prunedAtS = 0;

  /** Growth per second since the look before; null: there was none, or it cannot be told. */
  rate(key: string, value: number, atS: number): number | null {
    this.#prune(atS);
    const known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size < mostCounters) this.#known.set(key, { value, atS, rate: null });
      return null;
    }
    const elapsedS = atS - known.atS;
    known.rate = elapsedS <= 0 ? null : grown(known, value, elapsedS);
    known.value = value;
    known.atS = atS;
    return known.rate;
  }

  /** The server was started anew: nothing counts from what it was. */
  forget(): void {
    this.#known.clear();
    this.#prunedAtS = 0;
  }

  #prune(atS: number): void {
    if (atS - this.#prunedAtS < forgottenAfterS) return;
    this.#prunedAtS = atS;
    for (const [key, { atS: seenS }] of this.#known) if (atS - seenS >= forgottenAfterS) this.#known.delete(key);
  }
}

function grown(before: Known, value: number, elapsedS: number): number | null {
  if (value >= before.value) return (value - before.value) / elapsedS;
  if (before.value >= wrap || before.rate === null) return null;
  const wrapped = (value + wrap - before.value) / elapsedS;
  return wrapped <= before.rate * plausible ? wrapped : null;
}
