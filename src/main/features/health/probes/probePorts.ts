import type { Duplex } from 'node:stream';

/**
 * Opens a stream to what is probed: from this computer, or through a server, as `RemoteServer.forward` does. Rejects with why it cannot;
 * it may go on after the signal, its stream is closed then.
 */
export type OpenStream = (signal: AbortSignal) => Promise<Duplex>;

/** What a probe works with. */
export interface ProbePorts {
  open: OpenStream;
  /** Milliseconds by a clock that never goes back. */
  clock: () => number;
  /** Its reason is what a probe rejects with when somebody gives it up. */
  signal: AbortSignal;
}
