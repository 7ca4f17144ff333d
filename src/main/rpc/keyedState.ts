/**
 * A keyed collection that tells what changed. The source of every *state* stream: owners set values, streams take the latest.
 * Values are replaced, never mutated.
 */
export class KeyedState<T> {
  readonly #items = new Map<string, T>();
  readonly #listeners = new Set<(key: string) => void>();
  #version = 0;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#items.size;
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  has(key: string): boolean {
    return this.#items.has(key);
  }

  /** Values in order of first insertion. */
  values(): T[] {
    return [...this.#items.values()];
  }

  entries(): [string, T][] {
    return [...this.#items.entries()];
  }

  set(key: string, value: T): void {
    this.#items.set(key, value);
    this.#changed(key);
  }

  delete(key: string): void {
    if (this.#items.delete(key)) this.#changed(key);
  }

  /** Calls `listener` with the key of each change, synchronously. Returns the way to stop. */
  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(key: string): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener(key);
  }
}
