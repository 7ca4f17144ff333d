import type { Duplex } from 'node:stream';
import type { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { NetworkVerdict } from '../../shared/model/network.ts';
import type { ConnectionDetails, ConnectionState, HostCertificate, HostKey, RecordedKey, Sudo } from '../../shared/model/server.ts';
import type { HeartbeatTimes } from './heartbeat.ts';
import type { AskPerson } from './loginQuestions.ts';

/** What the rest of the core knows of SSH. `openRemote` in `ssh2Remote.ts` gives the implementation. */

/** Separate connections of one server: keystrokes, control and bulk transfers never share fate or starve each other. */
export type Lane = 'interactive' | 'control' | 'bulk';

/** How to prove who we are. Secrets are fetched when needed and never kept in a field. */
export type RemoteAuth =
  | { kind: 'agent' }
  | {
      kind: 'key';
      path: string;
      /** Tried after the first, in this order. */
      others?: readonly string[];
      /** Certificate of the first key; absent: `<path>-cert.pub` where there is one. */
      certificate?: string;
      passphrase: (path: string) => Promise<string | null>;
    }
  | { kind: 'password'; password: () => Promise<string | null> }
  /** The server's questions are put to a person; one for the password is answered with the stored one, if any. */
  | { kind: 'interactive'; password: () => Promise<string | null> };

/** A server as the remote layer needs it, resolved freshly for every connection attempt. */
export interface RemoteTarget {
  serverId: ServerId;
  name: string;
  host: string;
  port: number;
  user: string;
  auth: RemoteAuth;
  /** The login's stored password, for servers that want it beside a key. */
  loginPassword?: () => Promise<string | null>;
  /** Name under which known_hosts and host certificates know the server; absent: its host. */
  hostKeyAlias?: string;
  /** Reached by the laptop's own `ssh`, where this is there; the proxy command is the person's own, as in ssh_config(5). */
  systemSsh?: { proxyCommand?: string };
  /** Reached through this server, which is verified in the same way. */
  jump: RemoteTarget | null;
  sudo: Sudo;
  sudoPassword: () => Promise<string | null>;
  /** Keys pinned in the inventory; empty: untrusted, every connection fails with `server.untrusted`. */
  hostKeys: readonly HostKey[];
}

/** What a server offered as its host key, and what the person's known_hosts says about it. */
export interface HostKeyScan {
  offered: HostKey;
  /** Of the key itself, whatever certificate it came in. */
  knownHosts: 'match' | 'mismatch' | 'absent' | 'revoked';
  certificate: HostCertificate | null;
  /** The authority by which known_hosts vouches for the certificate. */
  vouchedBy: HostKey | null;
  /** Entries of known_hosts that speak of this server. */
  recorded: RecordedKey[];
}

/** One POSIX sh script to run and wait for. */
export interface ExecRequest {
  /** POSIX sh source, run by `sh` with `set -eu` where the script says so. Reaches the server on stdin, never in argv. */
  script: string;
  /** Non-secret values, set as environment variables of the script. Names: `[A-Z_][A-Z0-9_]*`. */
  env?: Readonly<Record<string, string>>;
  /** Bytes for the script's own stdin; absent: empty. */
  stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Runs as root, by the target's way of becoming root; a root login runs it as it is. */
  sudo?: boolean;
  lane?: Lane;
  /** Ends the command with `remote.timeout`. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Limit of stdout and of stderr when collected; more is `remote.output-too-large`. Default 4 MiB. */
  maxOutputBytes?: number;
  /** Receives output as it comes, in place of collecting it. An awaited promise pauses the channel. */
  onOutput?: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void | Promise<void>;
}

/** How a command ended. A connection that dies first is thrown as `ssh.connection-lost`: then the outcome is unknown. */
export interface ExecResult {
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A program that is talked with for as long as its connection lasts. */
export interface RemoteProgram {
  /** The end of what it said on stderr. */
  readonly said: string;
  write(data: string | Uint8Array): void;
  /** Writes a person's keys: copies on the same server make room for them and their echo. */
  type(data: string | Uint8Array): void;
  /** Stops reading from the channel, so that the server's own window pushes back. */
  pause(): void;
  resume(): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** `lost`: the connection went away under it. */
  onClose(listener: (how: 'exited' | 'lost', exitCode: number | null) => void): void;
  close(): void;
}

/** A shell or program on a pseudo-terminal. */
export interface RemotePty extends RemoteProgram {
  resize(cols: number, rows: number): void;
}

/** A command that outlives the connection: a script on the server, detached, with output, pid, boot id and exit code in files. */
export interface JobRequest {
  /** Deterministic: starting the same id again attaches to the job that is there. `[a-z0-9][a-z0-9._-]{0,100}`. */
  id: string;
  script: string;
  env?: Readonly<Record<string, string>>;
  /** Written 0600 on a memory file system, path in `$PH_SECRETS/<name>`, removed when the job ends. */
  secrets?: Readonly<Record<string, string>>;
  sudo?: boolean;
  /** Keeps stderr in a file of its own. In which order it came between what stdout got is lost; nothing else is. */
  apart?: boolean;
}

/** How a job ended, with the bytes of output it had; `errorBytes` where stderr was kept apart. */
export type JobEnd = ({ kind: 'exited'; exitCode: number } | { kind: 'lost'; by: 'reboot' | 'kill' | 'removal' }) & {
  outputBytes: number;
  errorBytes?: number;
};

/** A job that had ended before its start was answered, with all that it printed: there is nothing left to follow. */
export interface QuickJob {
  end: Extract<JobEnd, { kind: 'exited' }>;
  output: Uint8Array;
  /** What it kept apart. */
  errors: Uint8Array;
}

/** Where a job is before it is followed. */
export type JobProbe = { kind: 'absent' } | { kind: 'running' } | JobEnd;

/** Jobs of one server. Every call survives reconnects by itself, until its signal aborts. */
export interface RemoteJobs {
  /**
   * Starts the job, or finds it started; resolves once it has proved that it runs (or already ended). One that ends within a quarter of a
   * second and prints little is given whole: most commands are such, and following each would cost a channel and a dozen processes there.
   */
  start(request: JobRequest, options: { signal?: AbortSignal }): Promise<QuickJob | null>;
  probe(id: string, options: { sudo: boolean; signal?: AbortSignal }): Promise<JobProbe>;
  /**
   * Delivers output (stdout and stderr merged) from `offset` on until the job has ended. Offsets are stored by the caller with the output.
   * With `errors` what a job keeps apart from its stdout is delivered there, from an offset of its own on.
   */
  follow(
    id: string,
    options: {
      sudo: boolean;
      offset: number;
      onOutput: (bytes: Uint8Array, offset: number) => void | Promise<void>;
      errors?: { offset: number; onOutput: (bytes: Uint8Array, offset: number) => void | Promise<void> };
      onState?: (state: ConnectionState) => void;
      signal?: AbortSignal;
    },
  ): Promise<JobEnd>;
  /** Ends the job's whole process group: TERM, then KILL after the grace time. */
  cancel(id: string, options: { sudo: boolean; graceMs: number; signal?: AbortSignal }): Promise<void>;
  /** Removes a finished job's files. */
  forget(id: string, options: { sudo: boolean; signal?: AbortSignal }): Promise<void>;
}

/** One server through all its lanes. Connections are made on demand, kept alive, and made again after they were lost. */
export interface RemoteServer {
  exec(request: ExecRequest): Promise<ExecResult>;
  pty(request: { cols: number; rows: number; term: string /** Absent: the login shell. */; script?: string }): Promise<RemotePty>;
  /** Starts a script on the interactive lane, without a terminal, and talks with it. It gets a hang-up when the connection goes. */
  program(request: { script: string; env?: Readonly<Record<string, string>>; signal?: AbortSignal }): Promise<RemoteProgram>;
  /** Writes a whole file atomically (temporary name, rename) with its mode; parents must exist. */
  writeFile(path: string, bytes: Uint8Array, options: { mode: number; sudo?: boolean; signal?: AbortSignal }): Promise<void>;
  readFile(path: string, options: { maxBytes: number; sudo?: boolean; signal?: AbortSignal }): Promise<Uint8Array>;
  /** Where Pilothouse keeps its state on this server: `/var/lib/pilothouse` when root can be had, else the login's own. */
  stateDirectory(signal?: AbortSignal): Promise<{ path: string; sudo: boolean }>;
  readonly jobs: RemoteJobs;
  /**
   * Does something again for as long as only the network fails, with growing pauses, until the signal aborts; `worked` says that some of
   * it succeeded, and begins the pauses anew. A server that was never reached is given up at the first failure, unless `stubborn`.
   */
  persist<T>(attempt: (worked: () => void) => Promise<T>, options: { signal?: AbortSignal; stubborn?: boolean }): Promise<T>;
  /**
   * Opens TCP from the server to an address as the server sees it. `onLost` is called where the connection to the server goes first: then
   * what came is not all there was. Throws `tunnel.target-refused`, and what connecting throws.
   */
  forward(host: string, port: number, options?: { signal?: AbortSignal; onLost?: () => void }): Promise<Duplex>;
  /**
   * Keeps a connection for `forward` open, and makes it anew whenever it is lost, until the signal aborts. Rejects with the signal's
   * reason, or with a failure that no waiting cures, such as a refused login.
   */
  holdForwards(options: { signal: AbortSignal; onState: (isThere: boolean) => void }): Promise<never>;
  /**
   * Logs in with a person there to answer what the server, or a server on the way, asks. Where it asked, everything uses that connection
   * until it is lost. Throws what connecting throws, and what `ask` rejects with.
   */
  login(ask: AskPerson, signal?: AbortSignal): Promise<ConnectionDetails>;
  /** Connections that are open now. */
  connections(): ConnectionDetails[];
  /** A wholly new connection with full login, used once and closed: proves that a login works. `as` overrides the login and its auth. */
  proveLogin(as?: { user?: string; auth?: RemoteAuth; sudo?: Sudo }): Promise<{ user: string; roundTripMs: number; root: boolean }>;
}

/** State of a server's connections, for lists. */
export interface RemoteState {
  state: ConnectionState;
  error: AppError | null;
}

/** The whole remote layer. One per core. */
export interface Remote {
  server(serverId: ServerId): RemoteServer;
  state(serverId: ServerId): RemoteState;
  onState(listener: (serverId: ServerId, state: RemoteState) => void): () => void;
  /** Reads a server's host key without logging in. Goes through verified jump hosts. */
  scanHostKey(
    target: Pick<RemoteTarget, 'name' | 'host' | 'port' | 'jump'> & Partial<Pick<RemoteTarget, 'hostKeys' | 'hostKeyAlias' | 'systemSsh' | 'user'>>,
  ): Promise<HostKeyScan>;
  /** Drops the connections of a server whose record changed, or all of them after sleep. */
  reset(serverId?: ServerId): void;
  /** The computer slept, or its network changed: every connection has to prove at once that it is alive, and who waits to try again does so now. */
  wake(): void;
  /** Tells of every `wake`. */
  onWake(listener: () => void): () => void;
  /** Whether it is this computer's own network that fails. */
  readonly network: { readonly verdict: NetworkVerdict; onChange(listener: (verdict: NetworkVerdict) => void): () => void };
  close(): Promise<void>;
}

/** What the remote layer needs from the core. */
export interface RemotePorts {
  /** The record as it is now; throws `server.not-found`. */
  resolve(serverId: ServerId): Promise<RemoteTarget>;
  /** Paths of known_hosts files to consult, most specific first. */
  knownHostsFiles: readonly string[];
  agentSocket: string | null;
  /** A server that let us in has told, and proved, which host keys it has now. */
  onHostKeys?(serverId: ServerId, keys: readonly HostKey[]): void;
  /** Other times than the usual, for tests. */
  times?: RemoteTimes;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Times that are the same for all servers. */
export interface RemoteTimes {
  heartbeat?: HeartbeatTimes;
  /** How long a jump host's connection is kept with nothing going through it, in milliseconds. */
  jumpIdleMs?: number;
}
