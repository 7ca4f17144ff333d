/** Lines for the stdin of a program that runs for long. One reader; what is said after the end is dropped. */
export class LineFeed implements AsyncIterable<Uint8Array> {
  #waiting: string[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  /** Sends a line, with its end. */
  say(line: string): void {
    if (this.#ended) return;
    this.#waiting.push(line);
    this.#wake?.();
  }

  /** Nothing more comes: the program sees the end of its input. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const lines = this.#waiting.splice(0);
      if (lines.length > 0) yield Buffer.from(lines.join(''));
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
