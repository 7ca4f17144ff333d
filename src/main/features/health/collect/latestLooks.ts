import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import {
  type GpuProcessView,
  type HealthPart,
  type HealthSource,
  healthKey,
  longestSubject,
  mostReadings,
  type ReadingsPart,
} from '../../../../shared/model/serverHealth.ts';
import type { KeyedState } from '../../../rpc/keyedState.ts';
import type { CollectorLook } from '../collector/collectorReader.ts';
import { gpuProcessViews } from './gpuProcessViews.ts';

/** Encoded bytes of the readings of one part: with room to spare in a frame. */
const partBytes = 40 * 1024;

const sources: Readonly<Record<CollectorLook['source'], HealthSource>> = {
  ...{ h: 'host', s: 'disks', g: 'gpus', a: 'gpuUsers', k: 'kernelLog', d: 'containers', clock: 'clock' },
};
/** Seconds between two looks at sources that are not looked at each time; the kernel's log is rarer where there is no GPU. */
const paces: Readonly<Partial<Record<HealthSource, number>>> = { disks: 30, gpuUsers: 15, kernelLog: 60, containers: 15, clock: 60, engines: 15, probes: 600 };

/** What one source told at one time; `status` as in `ReadingsPart`. */
export interface SourceLook {
  readings: readonly Reading[];
  receivedAtMs: number;
  status: number;
  /** Of a look at who uses GPUs. */
  gpuUsers?: readonly GpuProcessView[];
}

interface Latest {
  parts: readonly ReadingsPart[];
  /** Seconds between two looks at it, as in `paces`; 0: it is looked at each time. */
  paceS: number;
  observedAtMs: number;
  /** Between the look before and this one; null: there was none before. */
  gapMs: number | null;
}

/** The latest look at each source of one server, kept as parts in a state that streams are served from. A look takes the place of the one before. */
export class LatestLooks {
  readonly #serverId: ServerId;
  readonly #state: KeyedState<HealthPart>;
  readonly #latest = new Map<HealthSource, Latest>();
  /** Names of containers by their ids. */
  #containers: ReadonlyMap<string, string> = new Map();

  constructor(serverId: ServerId, state: KeyedState<HealthPart>) {
    this.#serverId = serverId;
    this.#state = state;
  }

  take(look: CollectorLook): void {
    const { source, containers, gpuProcesses, migInstances = [] } = look;
    if (containers !== undefined && look.status === 0) this.#containers = new Map(containers.map(({ id, name }) => [id, name]));
    const gpuUsers =
      gpuProcesses === undefined ? {} : { gpuUsers: gpuProcessViews({ processes: gpuProcesses, instances: migInstances, containers: this.#containers }) };
    this.takeOf(sources[source], { readings: look.readings, receivedAtMs: look.receivedAtMs, status: look.status, ...gpuUsers });
  }

  /** Takes what does not come from the collector. */
  takeOf(source: HealthSource, look: SourceLook): void {
    const before = this.#latest.get(source);
    const gapMs = before === undefined ? null : Math.max(0, look.receivedAtMs - before.observedAtMs);
    const parts = this.#partsOf(source, look);
    this.#latest.set(source, { parts, paceS: paces[source] ?? 0, observedAtMs: look.receivedAtMs, gapMs });
    for (const part of parts) this.#state.set(healthKey(part), part);
    for (const part of before?.parts.slice(parts.length) ?? []) this.#state.delete(healthKey(part));
  }

  /** Marks what is late by now, and what is so no more. */
  age(nowMs: number, intervalS: number): void {
    for (const latest of this.#latest.values()) {
      const dueMs = Math.max(3_000 * Math.max(latest.paceS, intervalS), 2 * (latest.gapMs ?? 0)) + 5_000;
      const stale = nowMs - latest.observedAtMs > dueMs;
      if (latest.parts[0]?.stale === stale) continue;
      latest.parts = latest.parts.map((part) => ({ ...part, stale }));
      for (const part of latest.parts) this.#state.set(healthKey(part), part);
    }
  }

  /** Takes all of it out of the state. */
  forget(): void {
    for (const { parts } of this.#latest.values()) for (const part of parts) this.#state.delete(healthKey(part));
    this.#latest.clear();
  }

  #partsOf(source: HealthSource, look: SourceLook): ReadingsPart[] {
    const isKept = ({ subject }: Reading) => subject.length <= longestSubject;
    const isWhole = look.readings.length <= mostReadings && look.readings.every(isKept);
    const kept = isWhole ? look.readings : look.readings.filter(isKept).slice(0, mostReadings);
    const common = {
      ...{ kind: 'readings' as const, serverId: this.#serverId, source, observedAtMs: look.receivedAtMs, stale: false, status: look.status },
      leftOut: look.readings.length - kept.length,
    };
    const users = look.gpuUsers === undefined ? {} : { gpuProcesses: [...look.gpuUsers] };
    return inPieces(kept).map((readings, part) => ({ ...common, part, readings, ...(part === 0 && users) }));
  }
}

/** More than a reading takes when encoded: a character takes six bytes at most. */
const mostBytes = ({ subject, metric }: Reading) => 80 + 6 * (subject.length + metric.length);

/** Readings in pieces of bounded size; one empty piece where there are none. */
function inPieces(readings: readonly Reading[]): Reading[][] {
  // Most fit, and encoding each to know would cost more than all else that is done with them.
  if (readings.reduce((sum, reading) => sum + mostBytes(reading), 0) <= partBytes) return [[...readings]];
  const pieces: Reading[][] = [[]];
  let size = 0;
  for (const reading of readings) {
    const bytes = Buffer.byteLength(JSON.stringify(reading)) + 1;
    if (size > 0 && size + bytes > partBytes) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(reading);
    size += bytes;
  }
  return pieces;
}
