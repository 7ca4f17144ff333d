import type { ClientSession } from '../../src/main/rpc/clientSession.ts';
import { Signal } from '../../src/main/rpc/signal.ts';
import type { Terminal } from '../../src/shared/contract/terminals.ts';
import { creditWindows, type TerminalFrame } from '../../src/shared/model/stream.ts';
import type { SimulatedPty } from './simulatedPty.ts';

const frameBytes = 32 * 1024;

/** A terminal that keeps all it ever showed and plays it to whoever attaches. What is typed into it is kept in `written`. */
export class SimulatedTerminal {
  terminal: Terminal;
  size: { cols: number; rows: number };
  readonly written: string[] = [];
  readonly #pty: SimulatedPty;
  #shown: Buffer = Buffer.alloc(4_096);
  #end = 0;
  readonly #viewers = new Set<() => void>();

  constructor(terminal: Terminal, pty: SimulatedPty, size: { cols: number; rows: number }) {
    this.terminal = terminal;
    this.size = { cols: size.cols, rows: size.rows };
    this.#pty = pty;
    pty.onData((bytes) => this.feed(bytes));
    pty.onClose((_how, exitCode) => this.change({ state: 'closed', reason: exitCode ? `the shell ended with ${exitCode}` : 'the shell ended' }));
  }

  /** What a program prints. */
  feed(bytes: Uint8Array): void {
    const end = this.#end + bytes.length;
    if (end > this.#shown.length) this.#shown = Buffer.concat([this.#shown], Math.max(end, this.#shown.length * 2));
    this.#shown.set(bytes, this.#end);
    this.#end = end;
    this.#wake();
  }

  change(changed: Partial<Terminal>): void {
    this.terminal = { ...this.terminal, ...changed };
    this.#wake();
  }

  write(data: string): void {
    this.written.push(data);
    this.#pty.write(data);
  }

  resize(cols: number, rows: number): void {
    this.size = { cols, rows };
    this.#wake();
  }

  close(): void {
    this.#pty.close();
  }

  /** As the core serves a terminal: a first screen, bytes under credit, sizes and states. */
  async *stream(client: ClientSession, afterOffset: number | undefined, signal: AbortSignal | undefined): AsyncGenerator<TerminalFrame, void, void> {
    const { streamId, gate, close } = client.openStream(creditWindows.terminal);
    const woken = new Signal();
    const wake = () => woken.fire();
    const stop = () => {
      gate.close();
      wake();
    };
    this.#viewers.add(wake);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      yield { type: 'open', streamId };
      let offset = afterOffset ?? 0;
      let size = this.size;
      let told = '';
      if (afterOffset === undefined) yield { type: 'snapshot', cost: 0, offset: 0, ...size, text: '', first: true, last: true };
      for (;;) {
        if (size !== this.size) {
          size = this.size;
          yield { type: 'resized', cost: 0, ...size };
        }
        await gate.ready();
        if (signal?.aborted) return;
        const bytes = this.#shown.subarray(offset, Math.min(this.#end, offset + frameBytes));
        if (bytes.length > 0) {
          gate.spend(bytes.length);
          yield { type: 'bytes', cost: bytes.length, offset, data: bytes.toString('base64') };
          offset += bytes.length;
          continue;
        }
        const { state, reason } = this.terminal;
        const now = `${state} ${reason}`;
        if (now !== told && (told !== '' || state !== 'open')) yield { type: 'state', cost: 0, state, reason };
        told = now;
        if (state === 'closed') return;
        await woken.wait(
          () => signal?.aborted === true || this.#end > offset || size !== this.size || `${this.terminal.state} ${this.terminal.reason}` !== told,
        );
        if (signal?.aborted) return;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#viewers.delete(wake);
      close();
    }
  }

  #wake(): void {
    for (const wake of this.#viewers) wake();
  }
}
