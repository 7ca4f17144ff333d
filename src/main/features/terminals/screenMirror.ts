import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import { boundSequences } from '../../../shared/model/boundedSequences.ts';
import { FloodWriter } from '../../../shared/model/floodWriter.ts';
import { isPlainOutput } from '../../../shared/model/scrolledAway.ts';

/** Lines of scrollback that a pane gets back when it attaches anew. */
const scrollbackLines = 2_000;
/** Addresses of links are kept for every line. */
const longestAddress = 2_048;
/** The parser's share of the core's time at once: keys of other terminals go through it too. */
const sliceMs = 2;
/** Plain text is left waiting until there is so much of it, or for so long: most of a flood has scrolled away by then, unparsed. */
const waiting = { bytes: 256 * 1024, ms: 100 };

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
 * what programs ask of a terminal: once, however many panes show it. Bytes are parsed in slices, and what scrolls away before anyone asks for
 * the screen not at all; `pendingBytes` says how far it is behind.
 */
export class ScreenMirror {
  readonly #terminal: headless.Terminal;
  readonly #serializer = new SerializeAddon();
  readonly #writer: FloodWriter;
  #size: { cols: number; rows: number };
  #offset: number;
  #pending = 0;
  #disposed = false;
  #idle: (() => void)[] = [];
  /** Pieces that are not with the parser yet, and marks between them, in order. */
  #queue: ({ bytes: Uint8Array; quiet: boolean } | { reached: () => void })[] = [];
  /** Something in the queue may not wait. */
  #urgent = false;
  #timer: NodeJS.Timeout | undefined;
  #parsing = false;
  #stop = () => {};
  /** What the piece that is parsed now asks is not answered. */
  #quiet = true;

  /** `offset` is where the byte stream begins. */
  constructor(cols: number, rows: number, offset: number, onAnswer: (answer: string) => void) {
    this.#offset = offset;
    this.#size = { cols, rows };
    this.#terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true, logLevel: 'off' });
    boundSequences(this.#terminal.parser, (address) => address.length <= longestAddress);
    this.#writer = new FloodWriter(this.#terminal, { sliceMs, scrollback: () => scrollbackLines, nowMs: () => performance.now(), later: setImmediate });
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
    return this.#size;
  }

  /** Takes bytes; what `quiet` ones ask is not answered. */
  write(bytes: Uint8Array, quiet: boolean): void {
    this.#offset += bytes.length;
    this.#pending += bytes.length;
    this.#queue.push({ bytes, quiet });
    this.#urgent ||= !isPlainOutput(bytes);
    this.#next();
  }

  /** Does something in its turn: exactly the bytes written before it are on the screen then. */
  #reach(reached: () => void): void {
    this.#queue.push({ reached });
    this.#urgent = true;
    this.#next();
  }

  #next(): void {
    if (this.#parsing || this.#disposed) return;
    if (this.#queue.length === 0) this.#urgent = false;
    else if (this.#urgent || this.#pending >= waiting.bytes) this.#parse();
    else this.#timer ??= setTimeout(() => this.#parse(), waiting.ms);
  }

  /** Parses the first of the queue, with all that can be parsed together with it. */
  #parse(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#queue.shift();
    if (next === undefined) return;
    if ('reached' in next) {
      next.reached();
      this.#next();
      return;
    }
    const parts = [next.bytes];
    for (let more = this.#queue[0]; more !== undefined && 'bytes' in more && more.quiet === next.quiet; more = this.#queue[0]) {
      parts.push(more.bytes);
      this.#queue.shift();
    }
    const bytes = parts.length === 1 ? next.bytes : Buffer.concat(parts);
    this.#parsing = true;
    this.#quiet = next.quiet;
    this.#stop = this.#writer.write(
      bytes,
      (count) => this.#parsed(count),
      () => {
        this.#parsing = false;
        this.#next();
      },
    );
  }

  #parsed(bytes: number): void {
    this.#pending -= bytes;
    const idle = this.#idle;
    this.#idle = [];
    for (const resume of idle) resume();
  }

  /** Resolves when something more was parsed. */
  async progressed(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  resize(cols: number, rows: number): void {
    this.#size = { cols, rows };
    this.#reach(() => !this.#disposed && this.#terminal.resize(cols, rows));
  }

  /** The screen with its scrollback after every byte written before this call. */
  snapshot(): Promise<ScreenSnapshot> {
    const offset = this.#offset;
    return new Promise((resolve) => {
      const reached = () => {
        const { cols, rows } = this.#terminal;
        resolve({ offset, cols, rows, text: this.#disposed ? '' : this.#serializer.serialize({ scrollback: scrollbackLines }) });
      };
      if (this.#disposed) reached();
      else this.#reach(reached);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    clearTimeout(this.#timer);
    for (const waiting of this.#queue.splice(0)) if ('reached' in waiting) waiting.reached();
    this.#terminal.dispose();
  }
}
