import { setTimeout as delay } from 'node:timers/promises';

/** Waiting times between attempts: doubling from `firstMs` to `mostMs`, each drawn between half and the whole, so that many do not come at once. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #attempts = 0;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** The next waiting time. */
  nextMs(random: () => number = Math.random): number {
    const whole = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    return whole / 2 + (random() * whole) / 2;
  }

  /** Waits that long; rejects with the signal's reason when it aborts. */
  async wait(signal?: AbortSignal): Promise<void> {
    try {
      await delay(this.nextMs(), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Begins with the shortest time again: something worked. */
  reset(): void {
    this.#attempts = 0;
  }
}
