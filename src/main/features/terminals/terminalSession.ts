import type { Terminal } from '../../../shared/contract/terminals.ts';
import { ByteRing } from './byteRing.ts';
import { KeyRoom } from './keyRoom.ts';
import type { CastWriter } from './recordings/castWriter.ts';
import { ScreenMirror, type ScreenSnapshot } from './screenMirror.ts';
import type { Shell } from './shell.ts';

/** Bytes held for panes that attach again or fall behind. Larger than any consumer's window. */
const ringBytes = 1024 * 1024;
/** The mirror may be this far behind before the program is held back; it parses about 30 MB/s. */
const mirrorPauseBytes = 512 * 1024;
/** A program that asks more often than this in a second is not a program that needs to know. */
const answersPerSecond = 40;

/** A pane (or a CLI) that shows the terminal. */
export interface TerminalViewer {
  /** New bytes are in the ring, the size changed, or the state did. */
  wake(): void;
  /** Out of credit: it takes nothing now. */
  readonly blocked: boolean;
  /** It is a terminal that answers by itself what programs ask. */
  readonly ownAnswers: boolean;
}

/** What is told of a session. */
export interface SessionHooks {
  nowMs(): number;
  /** Its state changed. */
  changed(terminal: Terminal): void;
}

/**
 * One shell on one server, with its screen. The program is held back while every viewer is out of credit or the mirror is behind, so
 * that memory stays bounded and no byte is lost.
 */
export class TerminalSession {
  readonly #viewers = new Set<TerminalViewer>();
  readonly #shell: Shell;
  readonly #mirror: ScreenMirror;
  readonly #hooks: SessionHooks;
  readonly ring: ByteRing;
  #paused = false;
  #terminal: Terminal;
  #recording: CastWriter | null = null;
  #answers = { inSecond: 0, since: 0 };
  readonly #room: KeyRoom;
  readonly #roomOver = () => this.reconsider();

  /** `offset` is where its byte stream begins: of no session before may it have been a place, so that no pane goes on from one of those. */
  constructor(terminal: Terminal, shell: Shell, start: { cols: number; rows: number; offset: number }, hooks: SessionHooks, room = new KeyRoom()) {
    this.#terminal = terminal;
    this.#shell = shell;
    this.#hooks = hooks;
    this.#room = room;
    this.ring = new ByteRing(ringBytes, start.offset);
    this.#mirror = new ScreenMirror(start.cols, start.rows, start.offset, (answer) => this.#answer(answer));
    shell.listen({
      output: (bytes, quiet) => this.#received(bytes, quiet),
      gap: (bytes) => this.#received(Buffer.from(gapNote(bytes)), true),
      state: (state, reason) => this.#change({ state, reason, holder: shell.holder }),
      ended: (reason) => {
        this.record(null);
        this.#change({ state: 'closed', reason });
      },
    });
  }

  get terminal(): Terminal {
    return this.#terminal;
  }

  get size(): { cols: number; rows: number } {
    return this.#mirror.size;
  }

  /** Whether somebody types into another terminal, whose echo takes the same way. */
  get isBesideTyping(): boolean {
    return this.#room.isBeside(this);
  }

  /** Whether the program is held back now. */
  get paused(): boolean {
    return this.#paused;
  }

  /** What a person types. */
  write(data: string): void {
    this.#room.typed(this);
    this.#shell.write(data);
  }

  resize(cols: number, rows: number): void {
    if (cols === this.size.cols && rows === this.size.rows) return;
    this.#mirror.resize(cols, rows);
    this.#recording?.resized(cols, rows);
    if (this.#terminal.state !== 'closed') this.#shell.resize(cols, rows);
    this.#wakeAll();
  }

  snapshot(): Promise<ScreenSnapshot> {
    return this.#mirror.snapshot();
  }

  /** Writes what the terminal shows from now on to a recording; null ends the one under way. */
  record(recording: CastWriter | null): void {
    this.#recording?.end();
    this.#recording = recording;
    if (recording !== null) void this.#mirror.snapshot().then(({ text }) => recording.output(Buffer.from(text)));
    this.#change({ recordingSinceMs: recording === null ? null : this.#hooks.nowMs() });
  }

  /** The recording under way. */
  get recording(): CastWriter | null {
    return this.#recording;
  }

  attach(viewer: TerminalViewer): () => void {
    this.#viewers.add(viewer);
    return () => {
      this.#viewers.delete(viewer);
      this.reconsider();
    };
  }

  /** Holds the program back or lets it go on, by what viewers and mirror can take now, and whether a key of another terminal goes first. */
  reconsider(): void {
    const viewersFull = this.#viewers.size > 0 && [...this.#viewers].every((viewer) => viewer.blocked);
    const behind = this.#mirror.pendingBytes > mirrorPauseBytes;
    const pause = viewersFull || behind || this.#room.mustWait(this, this.#roomOver);
    if (behind) void this.#mirror.progressed().then(() => this.reconsider());
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#shell.pause();
    else this.#shell.resume();
  }

  /** Ends the shell. */
  end(): void {
    this.#shell.end();
  }

  /** Lets go of the shell, which goes on where it is held. */
  dispose(): void {
    this.record(null);
    this.#shell.release();
    this.#mirror.dispose();
  }

  #received(bytes: Uint8Array, quiet: boolean): void {
    this.#room.shown(this);
    this.ring.append(bytes);
    this.#mirror.write(bytes, quiet);
    this.#recording?.output(bytes);
    this.#wakeAll();
    this.reconsider();
  }

  #answer(answer: string): void {
    if ([...this.#viewers].some(({ ownAnswers }) => ownAnswers)) return;
    const second = Math.floor(this.#hooks.nowMs() / 1000);
    if (this.#answers.since !== second) this.#answers = { inSecond: 0, since: second };
    this.#answers.inSecond += 1;
    if (this.#answers.inSecond <= answersPerSecond) this.#shell.write(answer);
  }

  #change(change: Partial<Terminal>): void {
    this.#terminal = { ...this.#terminal, ...change };
    this.#wakeAll();
    this.#hooks.changed(this.#terminal);
  }

  #wakeAll(): void {
    for (const viewer of this.#viewers) viewer.wake();
  }
}

/** Stands on the screen in place of what nobody holds any more. */
function gapNote(bytes: number): string {
  const size = bytes < 10_000 ? `${bytes} bytes` : bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
  return `\r\n\u001b[0;2m[${size} of output came while nobody was connected, and are no longer held]\u001b[0m\r\n`;
}
