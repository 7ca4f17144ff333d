import { setTimeout as delay } from 'node:timers/promises';
import { AppError, serializeError } from '../../../../shared/errors.ts';
import { errorWording } from '../../../../shared/errorWording.ts';
import type { RemoteProgram, RemoteServer } from '../../../remote/remote.ts';
import { endWords, type Shell, type ShellListener } from '../shell.ts';
import { type HolderFrame, HolderFrames, toHolder } from './holderFrames.ts';
import { type HolderPrograms, holderExits, holderScript } from './holderScript.ts';

/** Output is said to be taken in steps of this size; a quarter of what the holder lets out beyond that. */
const takenStepBytes = 32 * 1024;
/** While nothing is taken, the holder is told that we are still there; it waits for ten seconds. */
const stillHereMs = 3_000;
/** Characters. */
const mostTypedEarly = 65_536;
/** After what no waiting for the network cures, such as a refused login. */
const tryAgainMs = 15_000;
/** Between two sizes, so that a full-screen program sees both and draws itself anew. */
const redrawMs = 150;

/** Which shell, and what runs in it. */
export interface HeldShellRequest {
  /** Names its directory on the server. `[a-z0-9_]+`. */
  id: string;
  cols: number;
  rows: number;
  /** POSIX sh source that runs in place of the login shell. */
  script?: string;
  /** Environment of it. */
  env?: Readonly<Record<string, string>>;
}

/** Where it is, and by what it is held. */
export interface HeldShellPorts {
  remote: RemoteServer;
  serverName: string;
  programs: HolderPrograms;
}

/** The program ended without holding a shell. */
type Failed = { exitCode: number | null; output: string };

type Ended = { how: 'lost' } | { how: 'ended'; reason: string };

/** A shell under a pseudo-terminal that a small program on the server holds: it outlives connections and cores. */
export class HeldShell implements Shell {
  readonly #remote: RemoteServer;
  readonly #serverName: string;
  readonly #programs: HolderPrograms;
  readonly #request: HeldShellRequest;
  readonly #stop = new AbortController();
  #size: { cols: number; rows: number };
  #program: RemoteProgram | null = null;
  #listener: ShellListener | null = null;
  readonly #early: ((listener: ShellListener) => void)[] = [];
  #holder: 'python3' | 'perl' | null = null;
  /** Offset after the last byte that came; null: nothing has come yet in this life of the core. */
  #offset: number | null = null;
  /** Before this offset everything was said to somebody earlier. */
  #oldEnd = 0;
  #taken = 0;
  /** Typed before this life of the core has its first connection. */
  #typedEarly = '';
  /** An earlier life of the core opened it. */
  #resumed = false;
  #paused = false;
  #ending = false;
  #stillHere: NodeJS.Timeout | undefined;

  private constructor(ports: HeldShellPorts, request: HeldShellRequest) {
    this.#remote = ports.remote;
    this.#serverName = ports.serverName;
    this.#programs = ports.programs;
    this.#request = request;
    this.#size = { cols: request.cols, rows: request.rows };
  }

  /** Opens one. Null: nothing on this server can hold it. Throws what connecting throws, and `remote.command-failed`. */
  static async open(ports: HeldShellPorts, request: HeldShellRequest): Promise<HeldShell | null> {
    const shell = new HeldShell(ports, request);
    const talk = await shell.#talk('open');
    const began = await talk.began;
    if (began === null) return null;
    if (began !== 'held') {
      throw new AppError('remote.command-failed', { server: ports.serverName, what: 'start a shell', signal: null, ...began });
    }
    void shell.#keep(talk.ended);
    return shell;
  }

  /** Takes up one that was opened in an earlier life of the core. Its output from the oldest byte held comes first. */
  static resume(ports: HeldShellPorts, request: HeldShellRequest, holder: 'python3' | 'perl'): HeldShell {
    const shell = new HeldShell(ports, request);
    shell.#holder = holder;
    shell.#resumed = true;
    void shell.#keep(Promise.resolve({ how: 'lost' }), null);
    return shell;
  }

  get holder(): 'python3' | 'perl' | null {
    return this.#holder;
  }

  listen(listener: ShellListener): void {
    this.#listener = listener;
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  write(data: string): void {
    if (this.#program === null && this.#offset === null) {
      if (this.#typedEarly.length + data.length <= mostTypedEarly) this.#typedEarly += data;
      return;
    }
    // The holder takes a frame of a megabyte at most.
    for (let at = 0; at < data.length; at += 65_536) this.#program?.type(toHolder.input(data.slice(at, at + 65_536)));
  }

  resize(cols: number, rows: number): void {
    this.#size = { cols, rows };
    this.#program?.write(toHolder.resize(cols, rows));
  }

  pause(): void {
    this.#paused = true;
    clearInterval(this.#stillHere);
    this.#stillHere = setInterval(() => this.#program?.write(toHolder.taken(this.#taken)), stillHereMs);
  }

  resume(): void {
    this.#paused = false;
    clearInterval(this.#stillHere);
    this.#take();
  }

  end(): void {
    this.#ending = true;
    this.#program?.write(toHolder.kill());
  }

  release(): void {
    this.#stop.abort(new AppError('core.stopping', {}));
    clearInterval(this.#stillHere);
    this.#program?.close();
  }

  /** Stays with it, over any number of connections, until it has ended or is let go. */
  async #keep(first: Promise<Ended>, lost: string | null = 'the connection was lost'): Promise<void> {
    let ended = await first;
    while (ended.how === 'lost' && !this.#stop.signal.aborted) {
      this.#program = null;
      if (lost !== null) this.#tell((listener) => listener.state('reconnecting', lost));
      const talk = await this.#again();
      if (talk === null) return;
      ended = await talk.ended;
    }
    clearInterval(this.#stillHere);
    this.#program = null;
    if (ended.how === 'ended' && !this.#stop.signal.aborted) this.#tell((listener) => listener.ended(ended.reason));
  }

  /** Connects again, however long it takes. Null: it is let go. */
  async #again(): Promise<{ ended: Promise<Ended> } | null> {
    const { signal } = this.#stop;
    for (;;) {
      try {
        return await this.#remote.persist(() => this.#attach(), { signal, stubborn: true });
      } catch (error) {
        if (signal.aborted) return null;
        const reason = error instanceof AppError ? errorWording(serializeError(error)).sentence : String(error);
        this.#tell((listener) => listener.state('reconnecting', reason));
        await delay(tryAgainMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return null;
      }
    }
  }

  /** One attempt. Throws `ssh.connection-lost` too where the holder did not answer as one, so that the next attempt waits longer. */
  async #attach(): Promise<{ ended: Promise<Ended> }> {
    const talk = await this.#talk('attach');
    if ((await talk.began) !== 'held' && (await talk.ended).how === 'lost') throw new AppError('ssh.connection-lost', { server: this.#serverName });
    return talk;
  }

  /** Talks with the holder over one connection. */
  async #talk(what: 'open' | 'attach'): Promise<{ began: Promise<'held' | Failed | null>; ended: Promise<Ended> }> {
    const { id, script = '', env = {} } = this.#request;
    const program = await this.#remote.program({
      script: holderScript,
      env: { ...env, ...this.#programs, PH_WHAT: what, PH_ID: id, PH_COLS: String(this.#size.cols), PH_ROWS: String(this.#size.rows), PH_SCRIPT: script },
      signal: this.#stop.signal,
    });
    const frames = new HolderFrames();
    let exit: number | null | undefined;
    let tell: (began: 'held' | Failed | null) => void = () => {};
    const began = new Promise<'held' | Failed | null>((resolve) => {
      tell = resolve;
    });
    const ended = new Promise<Ended>((resolve) => {
      program.onClose((how, exitCode) => {
        tell(exitCode === holderExits.none ? null : { exitCode, output: program.said });
        if (exit !== undefined) return resolve({ how: 'ended', reason: endWords(exit) });
        if (how === 'exited' && exitCode === holderExits.gone) return resolve({ how: 'ended', reason: goneWords });
        resolve({ how: 'lost' });
      });
    });
    program.onData((bytes) => {
      const came = frames.take(bytes);
      if (came === null) return program.close();
      for (const frame of came) {
        if (frame.kind === 'holder') this.#holder = frame.name === 'perl' ? 'perl' : 'python3';
        else if (frame.kind === 'exit') exit = frame.exitCode;
        else this.#took(frame);
        if (frame.kind === 'held') {
          this.#connected(program);
          tell('held');
        }
      }
    });
    program.write(toHolder.hello(this.#offset));
    return { began, ended };
  }

  #connected(program: RemoteProgram): void {
    this.#program = program;
    program.write(toHolder.resize(this.#size.cols, this.#size.rows));
    const typed = this.#typedEarly;
    this.#typedEarly = '';
    this.write(typed);
    if (this.#ending) program.write(toHolder.kill());
    this.#tell((listener) => listener.state('open', null));
  }

  /** What is said before somebody listens is kept for them. */
  #tell(what: (listener: ShellListener) => void): void {
    if (this.#listener === null) this.#early.push(what);
    else what(this.#listener);
  }

  #took(frame: Exclude<HolderFrame, { kind: 'holder' | 'exit' }>): void {
    if (frame.kind === 'held') {
      const first = this.#offset === null && this.#resumed;
      this.#offset ??= frame.begin;
      this.#taken = this.#offset;
      if (first) this.#oldEnd = frame.end;
      if (first && frame.begin > 0) this.#missed(frame.begin);
      else if (first && frame.end > 0) void this.#redraw();
    } else if (frame.kind === 'gap') {
      this.#offset = (this.#offset ?? 0) + frame.bytes;
      this.#taken = this.#offset;
      this.#missed(frame.bytes);
    } else {
      const at = this.#offset ?? 0;
      this.#offset = at + frame.bytes.length;
      const quiet = frame.byLines || at < this.#oldEnd;
      this.#tell((listener) => listener.output(frame.bytes, quiet));
      this.#take();
    }
  }

  #missed(bytes: number): void {
    this.#tell((listener) => listener.gap(bytes));
    void this.#redraw();
  }

  /** Has a full-screen program draw its screen anew, as after every change of size. */
  async #redraw(): Promise<void> {
    await delay(redrawMs);
    const { cols, rows } = this.#size;
    this.#program?.write(toHolder.resize(cols, Math.max(1, rows - 1)));
    await delay(redrawMs);
    this.#program?.write(toHolder.resize(this.#size.cols, this.#size.rows));
  }

  #take(): void {
    const offset = this.#offset ?? 0;
    if (this.#paused || offset - this.#taken < takenStepBytes) return;
    this.#taken = offset;
    this.#program?.write(toHolder.taken(offset));
  }
}

const goneWords = 'the shell is no longer there: it ended meanwhile, or the server was started anew';
