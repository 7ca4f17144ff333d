/** How long copies make room after a key: until its echo has come from a near server and is on the screen. */
const roomMs = 30;
/** A copy waits no longer than this for somebody who types without a pause. */
const longestMs = 150;
/**
 * Somebody typed that lately: copies together take no more than this. Unslowed, ciphers and disks at both ends leave keys no time. Timers are
 * coarse, so a little may be taken ahead.
 */
const beside = { typedMs: 1_000, bytesPerMs: 20_000, aheadMs: 8 };

/**
 * Whether somebody types. Copies and keys share this computer's cores, its line and often the server's: a copy that holds still for the
 * moment of a key, and is slow for the second after it, costs it little, and the key nothing.
 */
export class Typing {
  #typedMs = Number.NEGATIVE_INFINITY;
  /** When what copies took beside the keys is paid for. */
  #paidMs = 0;

  /** A key was sent. */
  note(): void {
    this.#typedMs = performance.now();
  }

  /** Resolves once a copy may go on with so many bytes; undefined: at once. */
  room(bytes: number): Promise<void> | undefined {
    const nowMs = performance.now();
    if (nowMs - this.#typedMs > beside.typedMs) return undefined;
    const fromMs = Math.max(this.#paidMs, nowMs);
    this.#paidMs = fromMs + bytes / beside.bytesPerMs;
    const dueMs = fromMs - beside.aheadMs;
    return dueMs <= nowMs && nowMs >= this.#typedMs + roomMs ? undefined : this.#wait(dueMs, nowMs + longestMs);
  }

  async #wait(dueMs: number, latestMs: number): Promise<void> {
    for (;;) {
      const leftMs = Math.max(dueMs, Math.min(this.#typedMs + roomMs, latestMs)) - performance.now();
      if (leftMs <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, leftMs));
    }
  }
}
