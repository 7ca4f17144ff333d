import type { Shell, ShellListener } from './shell.ts';

/** A shell for tests: what is fed comes out, in order, and waits while it is held back, as a program does. */
export class FakeShell implements Shell {
  holder: 'python3' | 'perl' | null = 'python3';
  readonly written: string[] = [];
  paused = false;
  size: { cols: number; rows: number } | null = null;
  ended = false;
  released = false;
  #listener: ShellListener | null = null;
  #waiting: { bytes: Uint8Array; quiet: boolean }[] = [];

  listen(listener: ShellListener): void {
    this.#listener = listener;
    listener.state('open', null);
    this.#flow();
  }

  feed(bytes: Uint8Array | string, quiet = false): void {
    this.#waiting.push({ bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, quiet });
    this.#flow();
  }

  /** Bytes that wait: what would not yet be written on the server. */
  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  gap(bytes: number): void {
    this.#listener?.gap(bytes);
  }

  lose(reason = 'the connection was lost'): void {
    this.#listener?.state('reconnecting', reason);
  }

  find(): void {
    this.#listener?.state('open', null);
  }

  finish(reason = 'the shell ended'): void {
    this.#listener?.ended(reason);
  }

  write(data: string): void {
    this.written.push(data);
  }

  resize(cols: number, rows: number): void {
    this.size = { cols, rows };
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#flow();
  }

  end(): void {
    this.ended = true;
  }

  release(): void {
    this.released = true;
  }

  #flow(): void {
    while (!this.paused && this.#listener !== null) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#listener.output(next.bytes, next.quiet);
    }
  }
}
