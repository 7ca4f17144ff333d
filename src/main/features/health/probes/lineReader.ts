/** Longer lines are no part of an answer that a probe asked for. */
const longestLine = 1024 * 1024;

/**
 * Cuts text that comes in pieces into lines, whichever way they end. A line that is too long is left out, and `overflowed` tells. Takes
 * time by the length of the text alone, in however many pieces it comes.
 */
export class LineReader {
  #pieces: string[] = [];
  #length = 0;
  #afterReturn = false;
  #overflowed = false;

  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** The lines that are whole with this piece. */
  feed(text: string): string[] {
    const lines: string[] = [];
    let from = this.#afterReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.#afterReturn = false;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      this.#hold(text.slice(from, at));
      lines.push(...this.rest());
      if (code === 13 && at + 1 === text.length) this.#afterReturn = true;
      if (code === 13 && text.charCodeAt(at + 1) === 10) at += 1;
      from = at + 1;
    }
    this.#hold(text.slice(from));
    return lines;
  }

  /** The last line, which nothing ended; none where it was too long. */
  rest(): string[] {
    const line = this.#length > longestLine ? [] : [this.#pieces.join('')];
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #hold(text: string): void {
    this.#length += text.length;
    if (this.#length > longestLine) {
      this.#overflowed = true;
      this.#pieces = [];
    } else if (text !== '') this.#pieces.push(text);
  }
}
