import type { SequenceParser } from './boundedSequences.ts';
import { scrolledAway, watchScrolling } from './scrolledAway.ts';

/** What is needed of an emulator of xterm: `done` is called once it has parsed the data. */
export interface FloodedEmulator {
  readonly rows: number;
  readonly parser: Pick<SequenceParser, 'registerCsiHandler'>;
  write(data: string | Uint8Array, done: () => void): void;
}

interface FloodWriterOptions {
  /** The emulator's share of the event loop at once, in ms. */
  sliceMs: number;
  /** Lines that the emulator holds above its screen. */
  scrollback(): number;
  /** A clock of ms. */
  nowMs(): number;
  /** Goes on after whatever else waits for the event loop. */
  later(goOn: () => void): void;
}

const leastBytes = 1_024;
const mostBytes = 64 * 1_024;

/**
 * Gives an emulator any amount of output without keeping others of the event loop waiting: in slices of a few milliseconds, and without the
 * lines that it would have let go again by the end. Left to itself an emulator takes the loop for twelve, or for as long as a piece is.
 */
export class FloodWriter {
  readonly #emulator: FloodedEmulator;
  readonly #options: FloodWriterOptions;
  readonly #scrolling: { readonly isWhole: boolean };
  #sliceBytes = 2 * leastBytes;

  constructor(emulator: FloodedEmulator, options: FloodWriterOptions) {
    this.#emulator = emulator;
    this.#options = options;
    this.#scrolling = watchScrolling(emulator.parser, () => emulator.rows);
  }

  /** Writes output; `taken` is told of each part that is done with, `done` of the end. Only one may be under way. The result stops it early. */
  write(bytes: Uint8Array, taken: (bytes: number) => void, done: () => void): () => void {
    const away = scrolledAway(bytes, this.#options.scrollback() + this.#emulator.rows);
    let isStopped = false;
    const slice = (rest: Uint8Array, end: () => void): void => {
      if (isStopped || rest.length === 0) {
        if (isStopped) done();
        else end();
        return;
      }
      const part = rest.subarray(0, this.#sliceBytes);
      let beganMs = 0;
      this.#emulator.write('', () => {
        beganMs = this.#options.nowMs();
      });
      this.#emulator.write(part, () => {
        this.#adapt(part.length, this.#options.nowMs() - beganMs);
        taken(part.length);
        this.#options.later(() => slice(rest.subarray(part.length), end));
      });
    };
    slice(bytes.subarray(0, away?.from), () => {
      // Only now is it known what the bytes before it made of the screen.
      const to = away === null ? bytes.length : this.#scrolling.isWhole ? away.to : away.from;
      if (away !== null && to > away.from) taken(to - away.from);
      slice(bytes.subarray(to), done);
    });
    return () => {
      isStopped = true;
    };
  }

  #adapt(bytes: number, ms: number): void {
    const { sliceMs } = this.#options;
    if (ms > 2 * sliceMs) this.#sliceBytes = Math.max(leastBytes, this.#sliceBytes / 2);
    else if (ms < sliceMs / 2 && bytes === this.#sliceBytes) this.#sliceBytes = Math.min(mostBytes, this.#sliceBytes * 2);
  }
}
