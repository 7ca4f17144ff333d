/** Keeps the last bytes of a stream and knows their offsets in the whole of it. */
export class ByteRing {
  readonly #capacity: number;
  #chunks: Uint8Array[] = [];
  #start: number;
  #end: number;

  /** Offsets count from `from` on. */
  constructor(capacityBytes: number, from = 0) {
    this.#capacity = capacityBytes;
    this.#start = from;
    this.#end = from;
  }

  /** Offset of the oldest byte still held. */
  get start(): number {
    return this.#start;
  }

  /** Offset after the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#end += bytes.length;
    for (let first = this.#chunks[0]; first !== undefined && this.#end - this.#start - first.length >= this.#capacity; first = this.#chunks[0]) {
      this.#chunks.shift();
      this.#start += first.length;
    }
  }

  /** Up to `limit` bytes from `offset` on; null when they are no longer (or not yet) held. */
  read(offset: number, limit: number): Uint8Array | null {
    if (offset < this.#start || offset > this.#end) return null;
    const length = Math.min(limit, this.#end - offset);
    const result = new Uint8Array(length);
    let position = this.#start;
    let filled = 0;
    for (const chunk of this.#chunks) {
      if (filled === length) break;
      const skip = Math.max(0, offset + filled - position);
      if (skip < chunk.length) {
        const part = chunk.subarray(skip, skip + length - filled);
        result.set(part, filled);
        filled += part.length;
      }
      position += chunk.length;
    }
    return result;
  }
}
