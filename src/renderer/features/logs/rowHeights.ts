/** How high one row of text is. */
export const rowPx = 18;

/**
 * Where each line stands on the screen, of lines that are of different heights: sums from the first on, in place, so that 200,000 lines
 * cost a millisecond where they change in the middle and nothing where they are only appended to.
 */
export class RowHeights {
  #ends = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get totalPx(): number {
    return this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0);
  }

  /** Sums up anew from the given index. */
  fill<T>(lines: readonly T[], heightOf: (line: T) => number, from = 0): void {
    if (lines.length > this.#ends.length) {
      const grown = new Float64Array(Math.max(lines.length, this.#ends.length * 2));
      grown.set(this.#ends.subarray(0, from));
      this.#ends = grown;
    }
    let end = from === 0 ? 0 : (this.#ends[from - 1] ?? 0);
    for (let index = from; index < lines.length; index += 1) {
      end += heightOf(lines[index] as T);
      this.#ends[index] = end;
    }
    this.#count = lines.length;
  }

  /** Where the line of that index begins. */
  topOf(index: number): number {
    return index <= 0 ? 0 : (this.#ends[Math.min(index, this.#count) - 1] ?? 0);
  }

  /** Index of the line at a place; the last one below the end. */
  indexAt(px: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) <= px) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, Math.max(0, this.#count - 1));
  }
}
