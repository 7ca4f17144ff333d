import type { Duplex, Readable } from 'node:stream';

/** How the program at the other end of a channel ended. */
export interface ChannelEnd {
  exitCode: number | null;
  /** Name without `SIG`. */
  signal: string | null;
}

/**
 * A command or shell on a server, over whichever client. Emits `exit` (code or null, signal's name) when the server says how it ended,
 * and `close` when the server has closed the channel and what it sent has been read, or when the connection is gone.
 */
export interface Channel extends Duplex {
  readonly stderr: Readable;
  /** Its `state` is what the server has said of its side: `open`; `eof`: no more is to come; `closed`. */
  readonly incoming: unknown;
  setWindow(rows: number, columns: number, heightPixels: number, widthPixels: number): void;
  /** Closes it for both sides, whatever runs at the other end. */
  close(): void;
}

/** A pseudo-terminal to open: its size in cells, and the value of TERM. */
export interface TerminalShape {
  cols: number;
  rows: number;
  term: string;
}

/** One established, verified and logged-in connection, whichever client made it. What it rejects with is one of the errors below. */
export interface Transport {
  /** What stands for this connection where something is noted of it. */
  readonly identity: object;
  /** Starts a command, on a terminal when one is given. */
  exec(command: string, terminal?: TerminalShape): Promise<Channel>;
  /** Starts the login shell. */
  shell(terminal: TerminalShape): Promise<Channel>;
  /** Opens TCP from the server to an address as the server sees it. */
  forward(host: string, port: number): Promise<Duplex>;
  /** Asks the server for any answer; resolves when it has come, and never when the connection goes first. */
  ping(): Promise<void>;
  /** Bytes that have come from the server so far; only that it grows says something. */
  readonly received: number;
  /** Calls back once when the connection is closed, before its channels are. */
  onClose(listener: () => void): void;
  /** Closes it; politely tells the server first, where it still listens. */
  close(): void;
}

/** The server did not open a channel: whatever was to run has not run. */
export class ChannelRefused extends Error {
  /** Reason code of the server (https://www.rfc-editor.org/rfc/rfc4254#section-5.1); null: it gave none. */
  readonly reason: number | null;

  constructor(message: string, reason: number | null) {
    super(message);
    this.reason = reason;
  }
}

/** There is no connection to ask: nothing was sent. */
export class NotConnected extends Error {}

const ends = new WeakMap<Channel, ChannelEnd>();

/**
 * Notes how a channel's program ends from now on, for `onExit`. To be called in the turn in which the channel opens: the end may stand
 * in the same packet.
 */
export function noteExit(channel: Channel): void {
  channel.on('exit', (code: number | null, signal?: string) => {
    ends.set(channel, { exitCode: code ?? null, signal: signal === undefined ? null : signal.replace(/^SIG/, '') });
  });
}

/** How a channel's program ended; null while the server has not said. */
export function exitOf(channel: Channel): ChannelEnd | null {
  return ends.get(channel) ?? null;
}
