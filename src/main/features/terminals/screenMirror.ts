import { SerializeAddon } from '@xterm/addon-serialize';
import headless from '@xterm/headless';

/** Lines of scrollback that a pane gets back when it attaches anew. */
const scrollbackLines = 2_000;

/** The screen as text that draws it again, and the offset of the byte stream at which it was so. */
export interface ScreenSnapshot {
  offset: number;
  cols: number;
  rows: number;
  text: string;
}

/**
 * A terminal emulator without a window that follows the byte stream, so that a pane can be given the screen as it is. Bytes are
 * parsed in slices; `pendingBytes` says how far it is behind.
 */
export class ScreenMirror {
  readonly #terminal: headless.Terminal;
  readonly #serializer = new SerializeAddon();
  #offset = 0;
  #pending = 0;
  #idle: (() => void)[] = [];

  constructor(cols: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true });
    this.#terminal.loadAddon(this.#serializer as unknown as headless.ITerminalAddon);
  }

  /** Bytes written and not parsed yet. */
  get pendingBytes(): number {
    return this.#pending;
  }

  get size(): { cols: number; rows: number } {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  write(bytes: Uint8Array): void {
    this.#offset += bytes.length;
    this.#pending += bytes.length;
    this.#terminal.write(bytes, () => {
      this.#pending -= bytes.length;
      const idle = this.#idle;
      this.#idle = [];
      for (const resume of idle) resume();
    });
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
      // An empty write calls back in its turn of the parser's queue: exactly the bytes up to `offset` are on the screen then.
      this.#terminal.write('', () => {
        resolve({ offset, ...this.size, text: this.#serializer.serialize({ scrollback: scrollbackLines }) });
      });
    });
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
