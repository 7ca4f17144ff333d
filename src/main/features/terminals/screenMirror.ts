import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import { boundSequences } from '../../../shared/model/boundedSequences.ts';

/** Lines of scrollback that a pane gets back when it attaches anew. */
const scrollbackLines = 2_000;
/** Addresses of links are kept for every line. */
const longestAddress = 2_048;
/** The parser's share of the core's time at once, and the sizes that are tried to meet it. */
const sliceMs = 2;
const leastSliceBytes = 2 * 1024;
const mostSliceBytes = 64 * 1024;

/** The screen as text that draws it again, and the offset of the byte stream at which it was so. */
export interface ScreenSnapshot {
  offset: number;
  cols: number;
  rows: number;
  text: string;
}

/**
 * All that may be answered to a program: kind of terminal, state, place of the cursor, whether a mode is set. Nothing in it is of the
 * asker's choosing, so that no output can put words into a shell's mouth.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the answers are control sequences
const answerForm = /^\u001b\[(\?[\d;]+c|>[\d;]+c|0n|\??\d+;\d+(;\d+)?R|\??\d+;\d\$y)$/;

/**
 * A terminal emulator without a window that follows the byte stream, so that a pane can be given the screen as it is, and that answers
 * what programs ask of a terminal: once, however many panes show it. Bytes are parsed in slices; `pendingBytes` says how far it is behind.
 */
export class ScreenMirror {
  readonly #terminal: headless.Terminal;
  readonly #serializer = new SerializeAddon();
  #offset: number;
  #pending = 0;
  #disposed = false;
  #idle: (() => void)[] = [];
  /** Pieces that are not with the parser yet, and marks between them, in order. */
  #queue: ({ bytes: Uint8Array; quiet: boolean } | { reached: () => void })[] = [];
  #parsing = false;
  /** What the piece that is parsed now asks is not answered. */
  #quiet = true;
  #sliceBytes = leastSliceBytes;

  /** `offset` is where the byte stream begins. */
  constructor(cols: number, rows: number, offset: number, onAnswer: (answer: string) => void) {
    this.#offset = offset;
    this.#terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true, logLevel: 'off' });
    boundSequences(this.#terminal.parser, (address) => address.length <= longestAddress);
    // The same widths as in a pane, where the snapshot is shown.
    this.#terminal.loadAddon(new Unicode11Addon() as unknown as headless.ITerminalAddon);
    this.#terminal.unicode.activeVersion = '11';
    this.#terminal.loadAddon(this.#serializer as unknown as headless.ITerminalAddon);
    this.#terminal.onData((data) => {
      if (!this.#quiet && answerForm.test(data)) onAnswer(data);
    });
  }

  /** Bytes written and not parsed yet. */
  get pendingBytes(): number {
    return this.#pending;
  }

  get size(): { cols: number; rows: number } {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Takes bytes; what `quiet` ones ask is not answered. */
  write(bytes: Uint8Array, quiet: boolean): void {
    this.#offset += bytes.length;
    this.#pending += bytes.length;
    this.#queue.push({ bytes, quiet });
    this.#parse();
  }

  /**
   * Gives the parser what it takes in about two milliseconds, and more when that is done: it would keep the whole core waiting, and keys
   * of other terminals with it, for as long as twelve.
   */
  #parse(): void {
    const [next] = this.#queue;
    if (this.#parsing || next === undefined || this.#disposed) return;
    if ('reached' in next) {
      this.#queue.shift();
      next.reached();
      this.#parse();
      return;
    }
    const slice = next.bytes.subarray(0, this.#sliceBytes);
    if (slice.length === next.bytes.length) this.#queue.shift();
    else this.#queue[0] = { ...next, bytes: next.bytes.subarray(slice.length) };
    this.#parsing = true;
    this.#quiet = next.quiet;
    let beganMs = 0;
    this.#terminal.write('', () => {
      beganMs = performance.now();
    });
    this.#terminal.write(slice, () => {
      this.#adapt(slice.length, performance.now() - beganMs);
      this.#parsing = false;
      this.#pending -= slice.length;
      const idle = this.#idle;
      this.#idle = [];
      for (const resume of idle) resume();
      setImmediate(() => this.#parse());
    });
  }

  #adapt(bytes: number, ms: number): void {
    if (ms > 2 * sliceMs) this.#sliceBytes = Math.max(leastSliceBytes, this.#sliceBytes / 2);
    else if (ms < sliceMs / 2 && bytes === this.#sliceBytes) this.#sliceBytes = Math.min(mostSliceBytes, this.#sliceBytes * 2);
  }

  /** Resolves when something more was parsed. */
  async progressed(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
  }

  /** The screen with its scrollback after every byte written before this call. */
  snapshot(): Promise<ScreenSnapshot> {
    const offset = this.#offset;
    return new Promise((resolve) => {
      // In its turn of the queue: exactly the bytes up to `offset` are on the screen then.
      const reached = () => resolve({ offset, ...this.size, text: this.#disposed ? '' : this.#serializer.serialize({ scrollback: scrollbackLines }) });
      if (this.#disposed) {
        reached();
        return;
      }
      this.#queue.push({ reached });
      this.#parse();
    });
  }

  dispose(): void {
    this.#disposed = true;
    for (const waiting of this.#queue.splice(0)) if ('reached' in waiting) waiting.reached();
    this.#terminal.dispose();
  }
}
