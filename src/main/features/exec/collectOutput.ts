import { createHash } from 'node:crypto';
import type { Printed } from '../../../shared/contract/exec.ts';
import { cutToJson, normalised } from './outputText.ts';

/** So much of a stream is held until it is whole; beyond it outputs are the same only where their bytes are. */
export const heldBytes = 128 * 1024;
/** So much of a stream is shown with its group, in characters of JSON: two of them and the servers fit into a frame. */
const shownLength = 12 * 1024;

/** A stream that was taken to its end. */
export interface CollectedOutput {
  printed: Printed;
  /** Of the bytes as they were. */
  exactDigest: string;
  /** Of the text without what does not matter; of the bytes where there are too many of them. */
  digest: string;
  /** The text that is held, as it was. */
  text: string;
}

/** Takes one stream of one server piece by piece, in bounded memory. */
export class OutputCollector {
  #hash = createHash('sha256');
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #bytes = 0;
  #newlines = 0;
  #endsWithNewline = true;

  take(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) this.#newlines += 1;
    this.#endsWithNewline = bytes.at(-1) === 10;
    const room = heldBytes - this.#heldBytes;
    if (room <= 0) return;
    const kept = bytes.subarray(0, room);
    this.#held.push(kept);
    this.#heldBytes += kept.length;
  }

  /** What has come. Nothing may be taken after it. */
  end(): CollectedOutput {
    const text = Buffer.concat(this.#held).toString('utf8');
    const shown = cutToJson(text, shownLength);
    const exactDigest = this.#hash.digest('hex');
    const whole = this.#bytes <= heldBytes;
    return {
      exactDigest,
      text,
      digest: whole ? createHash('sha256').update(normalised(text)).digest('hex') : exactDigest,
      printed: {
        text: shown,
        bytes: this.#bytes,
        lines: this.#newlines + (this.#endsWithNewline ? 0 : 1),
        cut: !whole || shown.length < text.length,
      },
    };
  }
}
