/** So long others wait for the echo of a key; there may be none, as of a password. */
const roomMs = 40;
/** Who paused for longer does not type. */
const typesMs = 2_000;

/**
 * Who types, of several terminals: what the others print is held back until the echo of the key is there, for a moment at most. All of them
 * share this computer's cores, its line and often the server's.
 */
export class KeyRoom {
  #typing: object | null = null;
  #last: { who: object; atMs: number } | null = null;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  /** A key was typed into one. */
  typed(who: object): void {
    this.#typing = who;
    this.#last = { who, atMs: performance.now() };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), roomMs);
    this.#timer.unref();
  }

  /** One has shown something. */
  shown(who: object): void {
    if (this.#typing === who) this.#end();
  }

  /** Whether somebody types into another at this time. */
  isBeside(who: object): boolean {
    return this.#last !== null && this.#last.who !== who && performance.now() - this.#last.atMs < typesMs;
  }

  /** Whether one has to wait for the key of another; `over` is called once it has not. */
  mustWait(who: object, over: () => void): boolean {
    if (this.#typing === null || this.#typing === who) return false;
    this.#waiting.add(over);
    return true;
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#typing = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const over of waiting) over();
  }
}
