/**
 * Counts what a producer has sent and its consumer not yet taken. Above `pauseAt` the producer waits until the rest is down to
 * `resumeAt`: at most `pauseAt` plus one frame is ever under way, however long the consumer stops.
 */
export class CreditGate {
  readonly #window: { pauseAt: number; resumeAt: number };
  #outstanding = 0;
  #paused = false;
  #waiters: (() => void)[] = [];
  #closed = false;

  constructor(window: { pauseAt: number; resumeAt: number }) {
    this.#window = window;
  }

  /** Units sent and not acknowledged. */
  get outstanding(): number {
    return this.#outstanding;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Notes that a frame of this cost goes out. */
  spend(cost: number): void {
    this.#outstanding += cost;
    if (this.#outstanding >= this.#window.pauseAt) this.#paused = true;
  }

  /** Notes that the consumer has taken this much. A consumer that acknowledges more than it got gains nothing. */
  ack(cost: number): void {
    this.#outstanding = Math.max(0, this.#outstanding - cost);
    if (this.#paused && this.#outstanding <= this.#window.resumeAt) {
      this.#paused = false;
      this.#wake();
    }
  }

  /** Resolves when a frame may be sent, or at once after `close`. */
  async ready(): Promise<void> {
    while (this.#paused && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Ends all waiting: the stream is over. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
