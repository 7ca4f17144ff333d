import { setTimeout as delay } from 'node:timers/promises';
import { AppError, serializeError } from '../../../../shared/errors.ts';
import { errorWording } from '../../../../shared/errorWording.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { RemoteWrite, RemoteWriteCounts } from '../../../../shared/model/metricsSharing.ts';
import { visibleName } from '../../../../shared/model/remotePath.ts';
import { Backoff } from '../../../remote/backoff.ts';
import { Signal } from '../../../rpc/signal.ts';
import type { HealthLook } from '../feed/healthFeed.ts';
import { postBatch } from './postBatch.ts';
import { SampleQueue } from './sampleQueue.ts';
import { snappyBlock } from './snappyBlock.ts';
import { writeRequest } from './writeRequest.ts';

/** Samples of one request, at least, unless fewer have waited for `gatherMs`. */
const batchSamples = 2_000;
const gatherMs = 5_000;
/** What waits at most while the other side is away: minutes of a large fleet, hours of a small one. */
const mostWaiting = 500_000;
/** Of what the other side said so much is shown. */
const reasonCharacters = 240;
/** Lines in the log about refused batches. */
const logEveryMs = 60_000;

/** What writing figures elsewhere stands on. */
export interface RemoteWriterPorts {
  /** Null: the server is gone. */
  nameOf(id: ServerId): string | null;
  /** Throws `secret.not-found`, `secret.keystore-locked`. */
  openSecret(name: string): Promise<string>;
  /** Takes secrets out of what another program said. */
  mask(text: string): string;
  nowMs(): number;
  log(event: string, fields: Record<string, unknown>): void;
  /** Tests make waiting short. */
  backoff?: Backoff;
  gatherMs?: number;
  mostWaiting?: number;
}

/**
 * Writes figures to an endpoint of remote-write 1.0 in batches, in order. A batch that fails for now is sent again, with the same samples, until it
 * is taken; one that is refused for good is dropped. What comes while the other side is away waits, up to a bound.
 */
export class RemoteWriter {
  readonly #target: RemoteWrite;
  readonly #ports: RemoteWriterPorts;
  readonly #queue: SampleQueue;
  readonly #stop = new AbortController();
  readonly #came = new Signal();
  readonly #running: Promise<void>;
  readonly #counts: Omit<RemoteWriteCounts, 'waitingSamples'> = {
    ...{ sentSamples: 0, sentBatches: 0, refusedSamples: 0, droppedSamples: 0, retries: 0, lastSentAtMs: null, lastFailure: null },
  };
  #inHand = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  constructor(target: RemoteWrite, ports: RemoteWriterPorts) {
    this.#target = target;
    this.#ports = ports;
    this.#queue = new SampleQueue(ports.mostWaiting ?? mostWaiting, (id) => ports.nameOf(id));
    this.#running = this.#run();
  }

  /** Takes what was measured. */
  add(look: HealthLook): void {
    this.#counts.droppedSamples += this.#queue.add(look);
    this.#came.fire();
  }

  /** What became of it. */
  counts(): RemoteWriteCounts {
    return { ...this.#counts, waitingSamples: this.#queue.samples + this.#inHand };
  }

  /** Ends it; what waits is lost to the other side. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#came.fire();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#came.wait(() => this.#queue.samples > 0 || signal.aborted);
      await this.#gather(signal);
      if (signal.aborted) return;
      await this.#sendNext(signal);
    }
  }

  /** Never rejects: whatever is wrong with one batch keeps no other from being sent. */
  async #sendNext(signal: AbortSignal): Promise<void> {
    const { series, samples } = this.#queue.take(batchSamples);
    if (samples === 0) return;
    this.#inHand = samples;
    try {
      await this.#deliver(snappyBlock(writeRequest(series)), samples);
    } catch (error) {
      if (signal.aborted) return;
      this.#counts.droppedSamples += samples;
      this.#tell('health.write-dropped', { reason: this.#ports.mask(String(error)), samples });
    } finally {
      this.#inHand = 0;
    }
  }

  async #gather(signal: AbortSignal): Promise<void> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#came.fire();
    }, this.#ports.gatherMs ?? gatherMs);
    await this.#came.wait(() => this.#queue.samples >= batchSamples || isOver || signal.aborted);
    clearTimeout(timer);
  }

  async #deliver(body: Uint8Array<ArrayBuffer>, samples: number): Promise<void> {
    const backoff = this.#ports.backoff ?? new Backoff(1_000, 60_000);
    for (;;) {
      const outcome = await this.#attempt(body);
      const atMs = this.#ports.nowMs();
      if (outcome.kind === 'taken') {
        backoff.reset();
        this.#counts.sentSamples += samples;
        this.#counts.sentBatches += 1;
        this.#counts.lastSentAtMs = atMs;
        this.#counts.lastFailure = null;
        return;
      }
      const { status } = outcome;
      const reason = visibleName(this.#ports.mask(outcome.reason)).slice(0, reasonCharacters);
      this.#counts.lastFailure = { atMs, status, reason };
      if (outcome.kind === 'refused') {
        this.#counts.refusedSamples += samples;
        this.#tell('health.write-refused', { status, reason, samples });
        return;
      }
      this.#tell('health.write-failed', { status, reason });
      this.#counts.retries += 1;
      // Whoever says "at once" for ever is asked ever more rarely, too.
      const { signal } = this.#stop;
      await Promise.all([backoff.wait(signal), delay(outcome.afterMs ?? 0, undefined, { signal })]);
    }
  }

  async #attempt(body: Uint8Array<ArrayBuffer>): ReturnType<typeof postBatch> {
    const { url, auth } = this.#target;
    try {
      const secret = auth.kind === 'none' ? null : await this.#ports.openSecret(auth.secret);
      const basic = (user: string) => `Basic ${Buffer.from(`${user}:${secret ?? ''}`).toString('base64')}`;
      const authorization = auth.kind === 'none' ? null : auth.kind === 'bearer' ? `Bearer ${secret ?? ''}` : basic(auth.user);
      return await postBatch({ url, authorization, body, signal: this.#stop.signal });
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      // A secret may be kept, or its keystore opened, in a while.
      return { kind: 'failed', status: null, reason: error instanceof AppError ? errorWording(serializeError(error)).sentence : String(error), afterMs: null };
    }
  }

  #tell(event: string, fields: Record<string, unknown>): void {
    const nowMs = this.#ports.nowMs();
    if (nowMs - this.#loggedMs < logEveryMs) return;
    this.#loggedMs = nowMs;
    this.#ports.log(event, { to: new URL(this.#target.url).host, ...fields });
  }
}
