import { AppError } from '../../../shared/errors.ts';
import type { Vitals } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { VitalsParser } from '../../commands/vitalsParser.ts';
import { vitalsScript } from '../../commands/vitalsScript.ts';
import { AttemptPause } from '../../remote/attemptPause.ts';
import type { Backoff } from '../../remote/backoff.ts';
import type { RemoteServer } from '../../remote/remote.ts';

/** The channel is made anew after this long, so that nothing on the server runs for ever unseen. */
const channelLifeMs = 6 * 3_600_000;
/** A channel may wait its turn behind hundreds of connections before it says anything. */
const firstWordMs = 600_000;

/** What a poller needs. */
export interface VitalsPollerPorts {
  remote(id: ServerId): Pick<RemoteServer, 'exec'>;
  intervalMs(): number;
  /** Directory whose disk counts beside `/`; null: the default of Docker. */
  dockerRoot(id: ServerId): string | null;
  onVitals(id: ServerId, vitals: Vitals): void;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Waiting times after a loss; tests make them short. */
  backoff?: () => Backoff;
}

/** Reads the figures of one server over one long-lived channel, and opens another when it is lost. Ends with `stop`. */
export class VitalsPoller {
  readonly #id: ServerId;
  readonly #ports: VitalsPollerPorts;
  readonly #stop = new AbortController();
  readonly #pause: AttemptPause;
  #channel = new AbortController();
  #intervalMs: number;

  constructor(id: ServerId, ports: VitalsPollerPorts) {
    this.#id = id;
    this.#ports = ports;
    this.#intervalMs = ports.intervalMs();
    this.#pause = new AttemptPause(ports.backoff?.());
    void this.#run();
  }

  /** Something changed for the better: try again now, where a person or the next attempt was waited for. */
  poke(): void {
    this.#pause.poke();
  }

  /** The interval that the present channel was opened with. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Opens a new channel. */
  restart(): void {
    this.#channel.abort();
    this.poke();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#read();
      } catch (error) {
        if (signal.aborted) return;
        await this.#afterFailure(error, signal);
      }
    }
  }

  async #read(): Promise<void> {
    this.#channel = new AbortController();
    const channel = this.#channel;
    const intervalMs = this.#ports.intervalMs();
    this.#intervalMs = intervalMs;
    const parser = new VitalsParser({ intervalMs });
    const decoder = new TextDecoder();
    let silence = setTimeout(() => channel.abort(), firstWordMs);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => channel.abort(), Math.max(4 * intervalMs, 30_000));
    };
    try {
      const dockerRoot = this.#ports.dockerRoot(this.#id);
      await this.#ports.remote(this.#id).exec({
        script: vitalsScript,
        env: { PH_INTERVAL_S: String(Math.max(1, Math.round(intervalMs / 1000))), ...(dockerRoot === null ? {} : { PH_DOCKER_ROOT: dockerRoot }) },
        lane: 'control',
        timeoutMs: channelLifeMs,
        signal: AbortSignal.any([this.#stop.signal, channel.signal]),
        onOutput: (stream, bytes) => {
          if (stream !== 'stdout') return;
          heard();
          for (const vitals of parser.push(decoder.decode(bytes, { stream: true }), this.#ports.nowMs())) {
            this.#pause.worked();
            this.#ports.onVitals(this.#id, vitals);
          }
        },
      });
      // The script has no end of its own: a shell that left is a loss like any other.
      throw new Error('the script ended');
    } finally {
      clearTimeout(silence);
    }
  }

  async #afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#channel.signal.aborted) {
      this.#ports.log('vitals.restarted', { serverId: this.#id });
    } else if (error instanceof AppError) {
      this.#ports.log('vitals.lost', { serverId: this.#id, code: error.code });
    } else {
      this.#ports.log('vitals.lost', { serverId: this.#id, reason: error instanceof Error ? error.message : String(error) });
    }
    await this.#pause.after(error, signal);
  }
}
