import type { Reading } from '../../../../shared/model/reading.ts';
import type { CollectorFrame, CollectorSource, ServerTime } from './collectorFrame.ts';
import { CounterRates } from './counterRates.ts';
import { FrameSplitter } from './frameSplitter.ts';
import { GpuMemory } from './gpuMemory.ts';
import { LookClock } from './lookClock.ts';
import { type ContainerState, readContainers } from './readContainers.ts';
import { type GpuAnswer, readGpus } from './readGpus.ts';
import { type GpuProcess, type MigInstance, readGpuUsers } from './readGpuUsers.ts';
import { type HostMemory, readHost } from './readHost.ts';
import { ReadingList } from './readingList.ts';
import { type KernelEvent, KernelLogMemory, readKernelLog } from './readKernelLog.ts';
import { readSlow } from './readSlow.ts';
import { RecentCounts } from './recentCounts.ts';
import { certainSkewS, type Skew, TimeSkew } from './timeSkew.ts';

/** After so long without its end a look at the GPUs counts as hung; the collector gives nvidia-smi 20 seconds, twice. */
const hungAfterS = 45;

/** What one look found. Of its details those are there that its source has. */
export interface CollectorLook {
  source: CollectorSource | 'clock';
  /** When what made it whole came in, by our clock. */
  receivedAtMs: number;
  /** When it was taken, by our clock: before it came in where it waited on the way. */
  measuredAtMs: number;
  time: ServerTime;
  /** Exit status of what was read: not 0 where this login may not read it, or it failed. Then there are no readings, save what the failure tells. */
  status: number;
  readings: readonly Reading[];
  gpus?: GpuAnswer;
  gpuProcesses?: readonly GpuProcess[];
  migInstances?: readonly MigInstance[];
  kernelEvents?: readonly KernelEvent[];
  containers?: readonly ContainerState[];
  skew?: Skew;
}

/**
 * Reads the output of one server's collector and gives what each look found. One reader per server, for as long as it is watched: it knows
 * which GPUs there were. `reopened` tells it that another channel begins. Never throws, whatever the server prints.
 */
export class CollectorReader {
  readonly skew = new TimeSkew();
  /** GPUs that the server has. */
  readonly gpus = new GpuMemory();
  /** Sources that this channel has begun to look at. */
  readonly begun = new Set<CollectorSource>();
  #splitter = new FrameSplitter();
  #skippedBefore = 0;
  #uptimeS = 0;
  #gpuLookS: number | null = null;
  readonly #host: HostMemory = { rates: new CounterRates(), cpuTimes: null };
  readonly #recent = new RecentCounts();
  readonly #kernelLog = new KernelLogMemory();
  readonly #clock = new LookClock();

  /** Frames that came torn or cut. */
  get skipped(): number {
    return this.#skippedBefore + this.#splitter.skipped;
  }

  /** Another channel begins: what the one before left unfinished is dropped. Counters go on. */
  reopened(): void {
    this.#skippedBefore = this.skipped;
    this.#splitter = new FrameSplitter();
    this.#gpuLookS = null;
    this.#clock.forget();
    this.begun.clear();
  }

  /** Takes bytes in any pieces, received at `nowMs`; returns the looks that they complete, oldest first. */
  push(bytes: Uint8Array, nowMs: number): CollectorLook[] {
    const looks: CollectorLook[] = [];
    for (const event of this.#splitter.take(bytes)) {
      if (event.type === 'began') {
        this.#noteTime(event.time);
        this.begun.add(event.source);
        if (event.source === 'g') this.#gpuLookS = event.time.uptimeS;
      } else if (event.type === 'frame') {
        const { source, time, status } = event.frame;
        const measuredAtMs = this.#clock.momentOf({ isTick: source === 'h', uptimeS: time.uptimeS, receivedAtMs: nowMs });
        looks.push({ source, receivedAtMs: nowMs, measuredAtMs, time, status, ...this.#read(event.frame) });
      } else {
        const look = this.#answered(event.token, event.time, nowMs);
        if (look !== null) looks.push(look);
      }
    }
    return looks;
  }

  #read(frame: CollectorFrame): Partial<CollectorLook> & Pick<CollectorLook, 'readings'> {
    switch (frame.source) {
      case 'h': {
        const list = readHost(frame, this.#host);
        if (this.#gpuLookS !== null && frame.time.uptimeS - this.#gpuLookS > hungAfterS) list.add('', 'gpuQueryFailed', 1);
        return { readings: list.readings };
      }
      case 's':
        return { readings: readSlow(frame, this.#recent).readings };
      case 'g': {
        this.#gpuLookS = null;
        const { list, answer } = readGpus(frame, this.gpus);
        return { readings: list.readings, gpus: answer };
      }
      case 'a': {
        const { list, processes, instances } = readGpuUsers(frame, this.gpus.present());
        return { readings: list.readings, gpuProcesses: processes, migInstances: instances };
      }
      case 'k': {
        const { list, events } = readKernelLog(frame, this.#kernelLog, this.gpus, this.#recent);
        return { readings: list.readings, kernelEvents: events };
      }
      case 'd': {
        const { list, containers } = readContainers(frame, { rates: this.#host.rates, recent: this.#recent });
        return { readings: list.readings, containers };
      }
    }
  }

  #answered(token: string, time: ServerTime, nowMs: number): CollectorLook | null {
    const skew = this.skew.answered(token, time, nowMs);
    if (skew === null) return null;
    const list = new ReadingList();
    list.add('', 'clockSkewSeconds', certainSkewS(skew));
    list.add('', 'clockAheadSeconds', skew.aheadMs / 1000);
    return { source: 'clock', receivedAtMs: nowMs, measuredAtMs: nowMs, time, status: 0, readings: list.readings, skew };
  }

  /** An uptime that went back is another boot: no counter goes on. Looks that run beside each other may begin a moment apart. */
  #noteTime({ uptimeS }: ServerTime): void {
    if (uptimeS < this.#uptimeS - 5) {
      this.#host.rates.forget();
      this.#host.cpuTimes = null;
      this.#recent.forget();
      this.#kernelLog.forget();
      this.#clock.forget();
      this.#gpuLookS = null;
    }
    this.#uptimeS = uptimeS;
  }
}
