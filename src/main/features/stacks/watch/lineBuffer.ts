/** Lines kept for a reader that comes back: a window over the newest, with numbers that only grow. */
export class LineBuffer<T> {
  readonly #limit: number;
  readonly #listeners = new Set<() => void>();
  readonly #space = new Set<() => void>();
  #items: (T & { seq: number })[] = [];
  #next = 0;
  #readTo = -1;
  #ended: string | null = null;

  /** Keeps at most `limit` lines that were read; a writer waits while as many wait to be read. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a line; resolves when there is room for the next, or the signal aborts. */
  async push(item: T, signal: AbortSignal): Promise<void> {
    this.#items.push({ ...item, seq: this.#next });
    this.#next += 1;
    const surplus = this.#items.length - this.#limit;
    const read = this.#items.findIndex((each) => each.seq > this.#readTo);
    if (surplus > 0) this.#items.splice(0, Math.min(surplus, read < 0 ? this.#items.length : read));
    this.#tell();
    while (this.#next - 1 - this.#readTo >= this.#limit && !signal.aborted) await this.#room(signal);
  }

  /** Nothing will follow. The first reason stays. */
  end(reason: string): void {
    this.#ended ??= reason;
    this.#tell();
  }

  /** Lines with `seq > afterSeq`; a gap where some of them are gone. */
  async read(
    afterSeq: number,
    limit: number,
  ): Promise<{ items: (T & { seq: number })[]; gap?: { fromSeq: number; toSeq: number; reason: string }; ended: string | null }> {
    const first = this.#items[0]?.seq ?? this.#next;
    const items = this.#items.filter((item) => item.seq > afterSeq).slice(0, limit);
    this.#readTo = Math.max(this.#readTo, items.at(-1)?.seq ?? afterSeq);
    for (const free of this.#space) free();
    const gap = afterSeq + 1 < first ? { gap: { fromSeq: afterSeq + 1, toSeq: first - 1, reason: 'these lines are no longer kept' } } : {};
    const drained = (items.at(-1)?.seq ?? Math.max(afterSeq, first - 1)) >= this.#next - 1;
    return { items, ...gap, ended: drained ? this.#ended : null };
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const free = () => {
        this.#space.delete(free);
        signal.removeEventListener('abort', free);
        resolve();
      };
      this.#space.add(free);
      signal.addEventListener('abort', free, { once: true });
    });
  }
}
