import { incompleteTail } from './utf8Rules.ts';

/** Keeps back the beginning of a character at the end of a chunk until the rest of it comes. */
export class Utf8Hold {
  #held: Uint8Array = new Uint8Array();

  /** Bytes kept back now. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes a chunk and gives what may be written: everything so far, less an incomplete character at its end. */
  take(bytes: Uint8Array): Uint8Array {
    const joined = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const held = incompleteTail(joined);
    this.#held = Buffer.from(joined.subarray(joined.length - held));
    return joined.subarray(0, joined.length - held);
  }

  /** Gives what was kept back: nothing more comes. */
  rest(): Uint8Array {
    const rest = this.#held;
    this.#held = new Uint8Array();
    return rest;
  }
}
