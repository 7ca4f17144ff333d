/**
 * Lets what many servers wait for be done in one turn: a little work for each of them, now for one and now for another, costs several times as much as
 * the same for all of them one after the other, since a processor has forgotten by then what it needs for it.
 */
export class SharedTurn {
  readonly #afterMs: number;
  readonly #waiting = new Set<() => void>();

  /** So long the first who waits does so at most. */
  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** Calls back in the next turn, once however often it was asked for. What is called back throws nothing. */
  ask(run: () => void): void {
    if (this.#waiting.size === 0) setTimeout(() => this.#take(), this.#afterMs);
    this.#waiting.add(run);
  }

  #take(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const run of waiting) run();
  }
}
