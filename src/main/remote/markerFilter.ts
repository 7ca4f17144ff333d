/**
 * Takes one line of ours out of a stream that is somebody else's. The line begins with `mark` wherever it comes, even in the middle of a
 * line of theirs, since two processes write to the same pipe; every other byte comes out as it came in.
 */
export class MarkerFilter {
  readonly #mark: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #line: string | null = null;

  constructor(mark: string) {
    this.#mark = Buffer.from(mark);
  }

  /** What followed the mark up to the end of its line; null while it has not come. */
  get line(): string | null {
    return this.#line;
  }

  /** Takes bytes and returns those that are theirs. What may be the beginning of the mark is held back. */
  take(bytes: Buffer): Buffer {
    if (this.#line !== null) return bytes;
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const at = all.indexOf(this.#mark);
    if (at === -1) {
      const kept = this.#beginningAtEnd(all);
      this.#held = all.subarray(all.length - kept);
      return all.subarray(0, all.length - kept);
    }
    const end = all.indexOf(10, at);
    if (end === -1) {
      this.#held = all.subarray(at);
      return all.subarray(0, at);
    }
    this.#held = Buffer.alloc(0);
    this.#line = all.toString('latin1', at + this.#mark.length, end);
    return Buffer.concat([all.subarray(0, at), all.subarray(end + 1)]);
  }

  /** How many bytes at the end may be the beginning of the mark. */
  #beginningAtEnd(bytes: Buffer): number {
    for (let length = Math.min(this.#mark.length - 1, bytes.length); length > 0; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}
