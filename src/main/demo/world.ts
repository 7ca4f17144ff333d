import type { ChildProcess } from 'node:child_process';

/** A process inside a demo server, as seen from outside. */
export interface WorldProcess {
  child: ChildProcess;
  /** Sends a signal (name without `SIG`) to the process and what it started in the foreground; detached jobs live on. */
  signal(name: string): void;
}

/** What to run inside a demo server. */
export interface WorldCommand {
  argv: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
}

/** Where a demo server's processes run. */
export interface World {
  /** `namespaces`: root of a world of its own; `directory`: a plain login of this machine kept to its directory by rules. */
  readonly kind: 'namespaces' | 'directory';
  /** Brings the server up; its processes before are gone, its files are as they were. */
  start(): Promise<void>;
  /** Starts a process with pipes for its three streams. Throws when the server is down. */
  spawn(command: WorldCommand): WorldProcess;
  /** Ends every process of the server, detached ones too. */
  end(): Promise<void>;
  /** Environment that the stand-ins need besides the login's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of a file of the server's root as its own processes name it. */
  inside(path: string): string;
}

/** Folders of one demo server on this machine. */
export interface WorldFolders {
  base: string;
  /** What the server sees as `/`. Written by this program only before the server first runs. */
  root: string;
  /** Pipes between stand-ins and this program. */
  run: string;
  /** Figures the server reads (meminfo, boot id, tools); the server never writes here, except to `swaps`. */
  machine: string;
  /** What this program remembers of the server; not visible to it. */
  state: string;
  /** Copies of the stand-ins, shared by all servers. */
  standins: string;
}
