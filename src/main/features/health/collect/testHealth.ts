import type { ServerId } from '../../../../shared/model/ids.ts';
import type { HealthPart, ReadingsPart, ServerPart } from '../../../../shared/model/serverHealth.ts';
import { Backoff } from '../../../remote/backoff.ts';
import type { ExecRequest, ExecResult } from '../../../remote/remote.ts';
import { collectorBytes, lookText } from '../collector/testFrames.ts';
import type { CollectorPorts } from './collectorPorts.ts';

interface Settle {
  resolve(result: ExecResult): void;
  reject(error: unknown): void;
}

/** A collector's program as it was started on a server, played by a test. */
export class TestProgram {
  readonly id: ServerId;
  readonly request: ExecRequest;
  /** Lines that it was sent. */
  readonly heard: string[] = [];
  /** Its input has ended. */
  inputEnded = false;
  readonly #settle: Settle;
  #looks = 0;

  constructor(id: ServerId, request: ExecRequest, settle: Settle) {
    this.id = id;
    this.request = request;
    this.#settle = settle;
    void this.#listen();
  }

  get intervalS(): number {
    return Number(this.request.env?.['PH_INTERVAL_S']);
  }

  say(...texts: readonly string[]): void {
    for (const text of texts) void this.request.onOutput?.('stdout', Buffer.from(text));
  }

  /** The first words of a collector. */
  begin(...looks: readonly string[]): void {
    void this.request.onOutput?.('stdout', collectorBytes(...looks));
  }

  /** A look at the kernel's counters, each with a CPU that was half busy since. */
  host(text = ''): void {
    this.#looks += 1;
    const ticks = this.#looks * 100;
    this.say(lookText('h', `c ${ticks} 0 0 ${ticks}\nu 0-3\n${text}`, { number: this.#looks, uptimeS: 8000 + this.#looks }));
  }

  /** Answers the last question for the time. */
  answer(wallMs: number): void {
    const token = this.heard.findLast((line) => line.startsWith('ping '))?.slice(5);
    this.say(`p( ${token} 9000.00 ${Math.floor(wallMs / 1000)}.${String(wallMs % 1000).padStart(3, '0')}000000\n`);
  }

  exit(exitCode = 1): void {
    this.#settle.resolve({ exitCode, signal: null, stdout: '', stderr: '' });
  }

  fail(error: unknown): void {
    this.#settle.reject(error);
  }

  async #listen(): Promise<void> {
    for await (const bytes of this.request.stdin as AsyncIterable<Uint8Array>) this.heard.push(...Buffer.from(bytes).toString().trimEnd().split('\n'));
    this.inputEnded = true;
  }
}

/** Servers whose collectors a test plays, with a clock in hand. */
export class TestServers {
  readonly clock = { ms: 1_763_712_000_000 };
  readonly programs: TestProgram[] = [];
  readonly events: { event: string; fields: Record<string, unknown> }[] = [];
  gpus: { uuid: string; bus: string | null }[] = [];
  #waiters: { count: number; resolve: () => void }[] = [];

  readonly ports: CollectorPorts = {
    remote: (id) => ({ exec: (request) => this.#start(id, request) }),
    script: async () => 'collect',
    gpus: () => this.gpus,
    nowMs: () => this.clock.ms,
    log: (event, fields) => this.events.push({ event, fields }),
    backoff: () => new Backoff(1, 1),
  };

  /** The program that was started as the so-many-th, once it was. */
  async program(count: number): Promise<TestProgram> {
    if (this.programs.length < count) await new Promise<void>((resolve) => this.#waiters.push({ count, resolve }));
    const program = this.programs[count - 1];
    if (program === undefined) throw new Error('no such program');
    return program;
  }

  /** The so-many-th program, once it has told of a first look. */
  async live(count = 1): Promise<TestProgram> {
    const program = await this.program(count);
    program.begin();
    program.host();
    return program;
  }

  /** Lets time pass, after which the service looks at the clock. */
  pass(service: { tick(): void }, seconds: number): void {
    this.clock.ms += seconds * 1000;
    service.tick();
  }

  #start(id: ServerId, request: ExecRequest): Promise<ExecResult> {
    return new Promise((resolve, reject) => {
      this.programs.push(new TestProgram(id, request, { resolve, reject }));
      request.signal?.addEventListener('abort', () => reject(request.signal?.reason), { once: true });
      for (const waiter of this.#waiters) if (waiter.count <= this.programs.length) waiter.resolve();
      this.#waiters = this.#waiters.filter(({ count }) => count > this.programs.length);
    });
  }
}

/** Lets everything happen that is due. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How a server stands among parts. */
export const standingOf = (parts: readonly HealthPart[], id: string) =>
  parts.find((part): part is ServerPart => part.kind === 'server' && part.serverId === id);

/** The first part of a source among parts. */
export const sourceOf = (parts: readonly HealthPart[], source: ReadingsPart['source']) =>
  parts.find((part): part is ReadingsPart => part.kind === 'readings' && part.source === source);
