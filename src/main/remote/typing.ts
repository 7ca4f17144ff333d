/** How long copies make room after a key: until its echo has come from a near server and is on the screen. */
const roomMs = 30;
/** A copy waits no longer than this for somebody who types without a pause. */
const longestMs = 150;

/**
 * Whether somebody types. Copies and keys share this computer's cores, its line and often the server's: a copy that holds still for the
 * moment of a key costs it little, and the key nothing.
 */
export class Typing {
  #untilMs = 0;

  /** A key was sent. */
  note(): void {
    this.#untilMs = performance.now() + roomMs;
  }

  /** Resolves once the keys have had their room; undefined: nobody types. */
  room(): Promise<void> | undefined {
    return performance.now() < this.#untilMs ? this.#wait(performance.now() + longestMs) : undefined;
  }

  async #wait(latestMs: number): Promise<void> {
    for (;;) {
      const leftMs = Math.min(this.#untilMs, latestMs) - performance.now();
      if (leftMs <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, leftMs));
    }
  }
}
