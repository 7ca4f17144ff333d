import { AppError, type SerializedError, serializeError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { CollectorState } from '../../../../shared/model/serverHealth.ts';
import { AttemptPause, needsPerson } from '../../../remote/attemptPause.ts';
import { type CollectorLook, CollectorReader } from '../collector/collectorReader.ts';
import type { CollectorEvents, CollectorPorts } from './collectorPorts.ts';
import { LineFeed } from './lineFeed.ts';

/** A channel may wait its turn behind hundreds of connections before it says anything. */
const firstWordMs = 600_000;
/** The server's clock is asked for so often: a measurement counts for five minutes. */
const clockMs = 60_000;
/** A collector that was told to end has so long to do so by itself. */
const endMs = 3_000;
/** Kept of what it says on stderr. */
const saidCharacters = 2000;
/** A server that is read more closely is looked at by somebody: what it says is read as it comes. */
const closeS = 5;
/** More than this is read as it comes. */
const mostUnreadBytes = 256 * 1024;

interface OpenChannel {
  abort: AbortController;
  input: LineFeed;
  heard: boolean;
}

/**
 * Reads one server over one channel that stays open, and opens another when it is lost. `tick` has to be called about once a second. Ends
 * with `stop`; nothing is told after that.
 */
export class ServerCollector {
  readonly #server: { id: ServerId; name: string };
  readonly #ports: CollectorPorts;
  readonly #events: CollectorEvents;
  readonly #reader = new CollectorReader();
  readonly #stop = new AbortController();
  readonly #pause: AttemptPause;
  readonly #seen = new Set<CollectorLook['source']>();
  #unread: { bytes: Uint8Array; receivedAtMs: number }[] = [];
  #unreadBytes = 0;
  #stopped = false;
  #channel: OpenChannel | null = null;
  #state: CollectorState = 'opening';
  #error: SerializedError | null = null;
  #intervalS: number;
  #hostLooks = 0;
  /** When the server was last heard, its own counters last came, and its clock was last asked for. */
  #heardMs = 0;
  #freshMs = 0;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(server: { id: ServerId; name: string }, intervalS: number, ports: CollectorPorts, events: CollectorEvents) {
    this.#server = server;
    this.#ports = ports;
    this.#events = events;
    this.#intervalS = intervalS;
    this.#pause = new AttemptPause(ports.backoff?.());
    void this.#run();
  }

  get state(): CollectorState {
    return this.#state;
  }

  /** Why it is lost or waits; null: it does not, or nothing is known that can be told. */
  get error(): SerializedError | null {
    return this.#error;
  }

  get intervalS(): number {
    return this.#intervalS;
  }

  /** Whether all that this server tells was told, rates too; or it cannot be reached. */
  get settled(): boolean {
    if (this.#state === 'lost' || this.#state === 'waiting') return true;
    return this.#hostLooks >= 2 && [...this.#reader.begun].every((source) => this.#seen.has(source));
  }

  /** Takes another interval over the open channel. */
  setInterval(intervalS: number): void {
    if (intervalS === this.#intervalS) return;
    this.#intervalS = intervalS;
    // What was in time by the interval before is not late by this one.
    const nowMs = this.#ports.nowMs();
    this.#heardMs = nowMs;
    this.#freshMs = nowMs;
    this.#channel?.input.say(`interval ${intervalS}\n`);
  }

  /** Something changed for the better: tries again now, where it waits. */
  poke(): void {
    this.#pause.poke();
  }

  /** Looks at the clock: gives up a channel that is silent, notices what is late, asks for the server's time. */
  tick(): void {
    const channel = this.#channel;
    if (channel === null || this.#stopped) return;
    const nowMs = this.#ports.nowMs();
    // A clock of ours that was set makes both large, and the next look heals it.
    const silentMs = Math.abs(nowMs - this.#heardMs);
    if (silentMs > (channel.heard ? Math.max(4_000 * this.#intervalS, 30_000) : firstWordMs)) {
      channel.abort.abort(new AppError('ssh.link-silent', { server: this.#server.name }));
      return;
    }
    if (this.#state === 'live' && Math.abs(nowMs - this.#freshMs) > 3_000 * this.#intervalS + 5_000) this.#become('stale', null);
    if (channel.heard && Math.abs(nowMs - this.#askedMs) >= clockMs) this.#askTime(channel, nowMs);
  }

  /** Ends it: the program by the end of its input, or the channel where it does not end soon. */
  stop(): void {
    this.#stopped = true;
    this.#channel?.input.end();
    if (this.#channel?.heard === true) setTimeout(() => this.#stop.abort(), endMs).unref();
    else this.#stop.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#read();
      } catch (error) {
        if (this.#stopped) return;
        this.#lost(error);
        await this.#pause.after(error, this.#stop.signal);
      }
    }
  }

  async #read(): Promise<never> {
    const { id, name } = this.#server;
    const script = await this.#ports.script();
    const channel: OpenChannel = { abort: new AbortController(), input: new LineFeed(), heard: false };
    if (this.#stopped) throw new Error('it was stopped');
    this.#channel = channel;
    this.#heardMs = this.#ports.nowMs();
    this.#reader.reopened();
    const gpus = this.#ports.gpus(id);
    if (gpus.length > 0) this.#reader.gpus.expect(gpus);
    let said = '';
    try {
      const { exitCode, signal } = await this.#ports.remote(id).exec({
        script,
        env: { PH_INTERVAL_S: String(this.#intervalS) },
        stdin: channel.input,
        lane: 'control',
        timeoutMs: Number.POSITIVE_INFINITY,
        signal: AbortSignal.any([this.#stop.signal, channel.abort.signal]),
        onOutput: (stream, bytes) => {
          if (stream === 'stdout') this.#heard(channel, bytes);
          else said = (said + Buffer.from(bytes).toString('utf8')).slice(-saidCharacters);
        },
      });
      // It has no end of its own: one that left is a loss like any other.
      throw new AppError('remote.command-failed', { server: name, what: 'the reading of live figures', exitCode, signal, output: said });
    } finally {
      this.#readOn();
      channel.input.end();
      this.#channel = null;
    }
  }

  #heard(channel: OpenChannel, bytes: Uint8Array): void {
    if (this.#stopped) return;
    const nowMs = this.#ports.nowMs();
    this.#heardMs = nowMs;
    if (!channel.heard) this.#askTime(channel, nowMs);
    channel.heard = true;
    this.#unread.push({ bytes, receivedAtMs: nowMs });
    this.#unreadBytes += bytes.length;
    const { turn } = this.#ports;
    if (turn === undefined || this.#state !== 'live' || this.#intervalS < closeS || this.#unreadBytes > mostUnreadBytes) this.#readOn();
    else turn.ask(this.#readOn);
  }

  /** Reads what came in since it was called last. */
  readonly #readOn = (): void => {
    const unread = this.#unread;
    this.#unread = [];
    this.#unreadBytes = 0;
    if (this.#stopped) return;
    try {
      for (const { bytes, receivedAtMs } of unread) this.#take(this.#reader.push(bytes, receivedAtMs), receivedAtMs);
    } catch (error) {
      this.#channel?.abort.abort(error);
    }
  };

  #take(looks: readonly CollectorLook[], receivedAtMs: number): void {
    if (looks.length === 0) return;
    this.#pause.worked();
    for (const { source } of looks) this.#seen.add(source);
    const hostLooks = looks.filter(({ source }) => source === 'h').length;
    this.#hostLooks += hostLooks;
    if (hostLooks > 0) this.#freshMs = receivedAtMs;
    this.#events.looks(looks);
    if (hostLooks > 0) this.#become('live', null);
  }

  #askTime({ input }: OpenChannel, nowMs: number): void {
    this.#askedMs = nowMs;
    input.say(this.#reader.skew.question(nowMs));
  }

  #lost(error: unknown): void {
    const { id } = this.#server;
    const known = error instanceof AppError ? serializeError(error) : null;
    this.#ports.log('health.lost', { serverId: id, ...(known === null ? { reason: String(error) } : { code: known.code }) });
    this.#become(needsPerson(error) ? 'waiting' : 'lost', known);
  }

  #become(state: CollectorState, error: SerializedError | null): void {
    if (state === this.#state && error?.code === this.#error?.code) return;
    this.#state = state;
    this.#error = error;
    this.#events.changed();
  }
}
