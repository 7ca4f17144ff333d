import type { Facts, Vitals } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';

/** What was measured of a server at one moment of our clock, as the feed of live health brings it. */
export interface MeasuredLook {
  serverId: ServerId;
  atMs: number;
  readings: readonly Reading[];
  /** The GPUs that answered, of a look at them. */
  gpus?: readonly { uuid: string; index: number }[];
}

type GpuVitals = Vitals['gpus'][number];

const mib = 1024 * 1024;
/** Figures of engines are given up when nothing came of them for so long. */
const engineKeptMs = 60_000;
/** GPU figures are given up when no look at them came for so long, or for twice as long as the one before took: nvidia-smi is gone, or hangs. */
const gpuKeptMs = 60_000;

/**
 * Sums up the looks at one server to its vitals. A look at the kernel's counters closes a set; the others are put with the next one, but for the
 * first of their kind, which is shown at once.
 */
export class VitalsOfLooks {
  #latest: Vitals | null = null;
  #diskUsedRatio: number | null = null;
  #gpus: readonly GpuVitals[] | null = null;
  #gpusAtMs = 0;
  #gpuGapMs = 0;
  #firstToken: { atMs: number; s: number | null } | null = null;

  /** Null: nothing was read yet. */
  get latest(): Vitals | null {
    return this.#latest;
  }

  /** The vitals as this look leaves them; null: nothing to show anew. Numbers of GPUs that do not answer are those of the facts. */
  take(look: MeasuredLook, facts: Facts | null): Vitals | null {
    const { atMs, readings } = look;
    const isNews = [this.#takeDisks(readings), this.#takeGpus(look, facts), this.#takeEngines(atMs, readings)].includes(true);
    if (lastOf(readings, 'uptimeSeconds') === null) return isNews && this.#latest !== null ? this.#close(this.#latest) : null;
    const inMib = (metric: string) => rounded(scaled(lastOf(readings, metric), 1 / mib));
    return this.#close({
      observedAtMs: atMs,
      load1: lastOf(readings, 'load1'),
      memoryUsedMib: inMib('memoryUsedBytes'),
      memoryTotalMib: inMib('memoryTotalBytes'),
    });
  }

  /** Returns whether nothing was known of them before. */
  #takeDisks(readings: readonly Reading[]): boolean {
    const fullest = mostOf(readings, 'diskUsedRatio');
    if (fullest === null) return false;
    const wasUnknown = this.#diskUsedRatio === null;
    this.#diskUsedRatio = fullest;
    return wasUnknown;
  }

  #takeGpus({ atMs, readings, gpus }: MeasuredLook, facts: Facts | null): boolean {
    const wasUnknown = this.#gpus === null;
    if (gpus === undefined) {
      // It hangs: the look at the kernel's counters says so.
      if (lastOf(readings, 'gpuQueryFailed') === 1) this.#gpus = this.#silent(facts);
      return false;
    }
    if (this.#gpusAtMs > 0) this.#gpuGapMs = Math.max(0, atMs - this.#gpusAtMs);
    this.#gpusAtMs = atMs;
    const answered = gpus.map(({ uuid, index }) => gpuVitals(index, `gpu:${uuid}`, readings));
    const seen = new Set(gpus.map(({ uuid }) => uuid));
    const missing = (facts?.gpu.devices ?? []).filter(({ uuid }) => !seen.has(uuid)).map(({ index }) => unreadable(index));
    // A driver that answers nobody leaves those known that answered once.
    this.#gpus =
      gpus.length === 0 && lastOf(readings, 'gpuQueryFailed') === 1 ? this.#silent(facts) : [...answered, ...missing].sort((a, b) => a.index - b.index);
    return wasUnknown && this.#gpus.length > 0;
  }

  /** A look at engines has all of the server. */
  #takeEngines(atMs: number, readings: readonly Reading[]): boolean {
    if (!readings.some(({ subject }) => subject.startsWith('engine:'))) return false;
    const s = mostOf(readings, 'firstTokenP95S');
    const wasUnknown = this.#firstToken === null && s !== null;
    this.#firstToken = { atMs, s };
    return wasUnknown;
  }

  /** All that are known, and none of them answers. */
  #silent(facts: Facts | null): GpuVitals[] {
    const known = this.#gpus !== null && this.#gpus.length > 0 ? this.#gpus : (facts?.gpu.devices ?? []);
    return known.map(({ index }) => unreadable(index));
  }

  #close(host: Pick<Vitals, 'observedAtMs' | 'load1' | 'memoryUsedMib' | 'memoryTotalMib'>): Vitals {
    const { observedAtMs, load1, memoryUsedMib, memoryTotalMib } = host;
    if (observedAtMs - this.#gpusAtMs > Math.max(gpuKeptMs, 2 * this.#gpuGapMs)) this.#gpus = this.#gpus?.map(({ index }) => unreadable(index)) ?? null;
    const { atMs, s } = this.#firstToken ?? { atMs: 0, s: null };
    const firstTokenS = observedAtMs - atMs > engineKeptMs ? null : s;
    this.#latest = { observedAtMs, load1, memoryUsedMib, memoryTotalMib, diskUsedRatio: this.#diskUsedRatio, firstTokenS, gpus: [...(this.#gpus ?? [])] };
    return this.#latest;
  }
}

/** Of several values the last counts; null: there is none. */
const lastOf = (readings: readonly Reading[], wanted: string, of = '') =>
  readings.findLast(({ metric, subject }) => metric === wanted && subject === of)?.value ?? null;

/** The largest of a metric, of whatever subject; null: there is none. */
const mostOf = (readings: readonly Reading[], wanted: string) =>
  readings.reduce<number | null>((most, { metric, value }) => (metric === wanted && (most === null || value > most) ? value : most), null);

const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor);
const rounded = (value: number | null) => (value === null ? null : Math.round(value));

function gpuVitals(index: number, of: string, readings: readonly Reading[]): GpuVitals {
  const own = readings.filter(({ subject }) => subject === of);
  const value = (metric: string, factor: number) => scaled(lastOf(own, metric, of), factor);
  return {
    index,
    utilizationPercent: hundredths(value('gpuUsedRatio', 100)),
    vramUsedMib: value('vramUsedBytes', 1 / mib),
    vramTotalMib: value('vramTotalBytes', 1 / mib),
    temperatureC: value('gpuTemperatureCelsius', 1),
    powerW: value('gpuPowerWatts', 1),
  };
}

/** 0.29 × 100 is 28.999999999999996. */
const hundredths = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);

function unreadable(index: number): GpuVitals {
  return { index, utilizationPercent: null, vramUsedMib: null, vramTotalMib: null, temperatureC: null, powerW: null };
}
