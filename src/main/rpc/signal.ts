/** Lets one waiter sleep until something changed. Firing before the wait is not lost, since the condition is looked at first. */
export class Signal {
  #wake: (() => void) | null = null;

  fire(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  /** Resolves once `condition` holds; it is looked at now and after every `fire`. */
  async wait(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
