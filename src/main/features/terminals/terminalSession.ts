import type { Terminal } from '../../../shared/contract/terminals.ts';
import type { RemotePty } from '../../remote/remote.ts';
import { ByteRing } from './byteRing.ts';
import { ScreenMirror, type ScreenSnapshot } from './screenMirror.ts';

/** Bytes held for panes that attach again or fall behind. Larger than any consumer's window. */
const ringBytes = 1024 * 1024;
/** The mirror may be this far behind before the channel is paused; it parses about 30 MB/s. */
const mirrorPauseBytes = 512 * 1024;

/** A pane (or a CLI) that shows the terminal. */
export interface TerminalViewer {
  /** New bytes are in the ring, the size changed, or the state did. */
  wake(): void;
  /** Out of credit: it takes nothing now. */
  readonly blocked: boolean;
}

/**
 * One shell on one server, with its screen. The channel is paused while every viewer is out of credit or the mirror is behind,
 * so that the server's own window pushes back: memory stays bounded and no byte is lost.
 */
export class TerminalSession {
  readonly #viewers = new Set<TerminalViewer>();
  readonly #pty: RemotePty;
  readonly #mirror: ScreenMirror;
  readonly ring = new ByteRing(ringBytes);
  #paused = false;
  #terminal: Terminal;
  #reason: string | null = null;

  constructor(terminal: Terminal, pty: RemotePty, size: { cols: number; rows: number }, onChange: () => void) {
    this.#terminal = terminal;
    this.#pty = pty;
    this.#mirror = new ScreenMirror(size.cols, size.rows);
    pty.onData((bytes) => this.#received(bytes));
    pty.onClose((how, exitCode) => {
      this.#reason = how === 'lost' ? 'the connection was lost' : exitCode === null || exitCode === 0 ? 'the shell ended' : `the shell ended with ${exitCode}`;
      this.#terminal = { ...this.#terminal, state: 'closed' };
      this.#wakeAll();
      onChange();
    });
  }

  get terminal(): Terminal {
    return this.#terminal;
  }

  /** Why it is closed; null while it is open. */
  get reason(): string | null {
    return this.#reason;
  }

  get size(): { cols: number; rows: number } {
    return this.#mirror.size;
  }

  /** Whether the server's channel is held back now. */
  get paused(): boolean {
    return this.#paused;
  }

  write(data: string): void {
    this.#pty.write(data);
  }

  resize(cols: number, rows: number): void {
    this.#mirror.resize(cols, rows);
    if (this.#terminal.state === 'open') this.#pty.resize(cols, rows);
    this.#wakeAll();
  }

  snapshot(): Promise<ScreenSnapshot> {
    return this.#mirror.snapshot();
  }

  attach(viewer: TerminalViewer): () => void {
    this.#viewers.add(viewer);
    return () => {
      this.#viewers.delete(viewer);
      this.reconsider();
    };
  }

  /** Pauses or resumes the channel by what viewers and mirror can take now. */
  reconsider(): void {
    const viewersFull = this.#viewers.size > 0 && [...this.#viewers].every((viewer) => viewer.blocked);
    const behind = this.#mirror.pendingBytes > mirrorPauseBytes;
    const pause = viewersFull || behind;
    if (behind) void this.#mirror.progressed().then(() => this.reconsider());
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#pty.pause();
    else this.#pty.resume();
  }

  close(): void {
    this.#pty.close();
  }

  dispose(): void {
    this.#pty.close();
    this.#mirror.dispose();
  }

  #received(bytes: Uint8Array): void {
    this.ring.append(bytes);
    this.#mirror.write(bytes);
    this.#wakeAll();
    this.reconsider();
  }

  #wakeAll(): void {
    for (const viewer of this.#viewers) viewer.wake();
  }
}
