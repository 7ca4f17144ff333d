/** Between two ends of different speed: `put` waits while much has not been taken yet. Read once, by `for await`. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #end: { error: unknown } | 'whole' | null = null;
  #wake: (() => void)[] = [];

  /** Resolves once there is room; throws what the queue failed with. */
  async put(bytes: Uint8Array): Promise<void> {
    while (this.#bytes > mostBytes && this.#end === null) await this.#changed();
    if (this.#end !== null && this.#end !== 'whole') throw this.#end.error;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    this.#tell();
  }

  /** Nothing more comes. */
  end(): void {
    this.#end ??= 'whole';
    this.#tell();
  }

  /** What comes after this is of no use: both ends throw it. */
  fail(error: unknown): void {
    if (this.#end === null || this.#end === 'whole') this.#end = { error };
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#end !== null && this.#end !== 'whole') throw this.#end.error;
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#bytes -= chunk.length;
        this.#tell();
        yield chunk;
      } else if (this.#end === 'whole') return;
      else await this.#changed();
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }
}

const mostBytes = 4 * 1024 * 1024;
