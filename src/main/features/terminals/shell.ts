/** What a shell tells of itself. */
export interface ShellListener {
  /** Output, in order. `quiet`: what it asks of a terminal is not answered, for it is old or was not meant. */
  output(bytes: Uint8Array, quiet: boolean): void;
  /** So many bytes of output came while nobody was connected, and are no longer held. */
  gap(bytes: number): void;
  state(state: 'open' | 'reconnecting', reason: string | null): void;
  /** It is over; nothing more comes. */
  ended(reason: string): void;
}

/** A shell or program on a pseudo-terminal of a server. */
export interface Shell {
  /** What keeps it when the connection goes; null: nothing does. */
  readonly holder: 'python3' | 'perl' | null;
  /** To be called once; nothing is told before. */
  listen(listener: ShellListener): void;
  /** What is typed while a connection is lost is lost with it: it was not meant for the shell as it is then. Before the first one it waits. */
  write(data: string): void;
  resize(cols: number, rows: number): void;
  /** Holds its output back, by holding the program back. */
  pause(): void;
  resume(): void;
  /** Ends it on the server, now or as soon as it can be reached. */
  end(): void;
  /** Lets go of it; where it is held, it goes on. */
  release(): void;
}

/** How a shell ended, in words. */
export function endWords(exitCode: number | null): string {
  return exitCode === null || exitCode === 0 ? 'the shell ended' : `the shell ended with ${exitCode}`;
}
