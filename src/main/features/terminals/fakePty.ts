import type { RemotePty } from '../../remote/remote.ts';

/** A pty for tests: what is fed comes out as its data, in order, and waits while it is paused, as an SSH channel does. */
export class FakePty implements RemotePty {
  readonly written: string[] = [];
  paused = false;
  size: { cols: number; rows: number } | null = null;
  closed = false;
  #data: (bytes: Uint8Array) => void = () => {};
  #close: (how: 'exited' | 'lost', exitCode: number | null) => void = () => {};
  #waiting: Uint8Array[] = [];

  feed(bytes: Uint8Array | string): void {
    this.#waiting.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    this.#flow();
  }

  /** Bytes held back by the pause: what would lie in the server's window. */
  get waitingBytes(): number {
    return this.#waiting.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  end(how: 'exited' | 'lost', exitCode: number | null): void {
    this.#close(how, exitCode);
  }

  write(data: string | Uint8Array): void {
    this.written.push(typeof data === 'string' ? data : new TextDecoder().decode(data));
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

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#data = listener;
  }

  onClose(listener: (how: 'exited' | 'lost', exitCode: number | null) => void): void {
    this.#close = listener;
  }

  close(): void {
    this.closed = true;
  }

  #flow(): void {
    while (!this.paused) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#data(next);
    }
  }
}
