import type { Vitals } from '../../shared/model/facts.ts';
import { numberOrNull } from './text.ts';
import { vitalsHeader } from './vitalsScript.ts';

type GpuVitals = Vitals['gpus'][number];

/** No line of the script is longer; what is, is noise and dropped. */
const maxLineLength = 64 * 1024;

/**
 * Reads the output of `vitalsScript` piece by piece and gives a `Vitals` for every frame. Lines that are not of the format, such as
 * what a login prints before the script starts, are passed over. GPU figures come on their own lines: when they stay away for
 * three intervals, the known GPUs are reported with nulls, which is what a hung driver looks like.
 */
export class VitalsParser {
  readonly #gpuFreshMs: number;
  #rest = '';
  #dropping = false;
  #started = false;
  #diskUsedRatio: number | null = null;
  #gpus: GpuVitals[] = [];
  #gpusAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { intervalMs: number }) {
    this.#gpuFreshMs = Math.max(3 * options.intervalMs, 30_000);
  }

  /** Takes output in any pieces, received at `nowMs`; returns the frames that it completes, oldest first. */
  push(text: string, nowMs: number): Vitals[] {
    const frames: Vitals[] = [];
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > maxLineLength) {
      this.#rest = '';
      this.#dropping = true;
    }
    for (const line of lines) {
      const whole = !this.#dropping;
      this.#dropping = false;
      const frame = whole && line.length <= maxLineLength ? this.#line(line.trimEnd(), nowMs) : null;
      if (frame !== null) frames.push(frame);
    }
    return frames;
  }

  #line(line: string, nowMs: number): Vitals | null {
    if (line === vitalsHeader) this.#started = true;
    if (!this.#started) return null;
    if (line.startsWith('d')) this.#disks(line);
    if (line.startsWith('g ')) this.#gpuRows(line.slice(2), nowMs);
    return line.startsWith('f ') ? this.#frame(line.split(' '), nowMs) : null;
  }

  #frame(fields: readonly string[], nowMs: number): Vitals {
    const [load1, totalKib, availableKib] = [numberOrNull(fields[1]), numberOrNull(fields[2]), numberOrNull(fields[3])];
    return {
      observedAtMs: nowMs,
      load1,
      memoryUsedMib: totalKib === null || availableKib === null ? null : Math.round((totalKib - availableKib) / 1024),
      memoryTotalMib: totalKib === null ? null : Math.round(totalKib / 1024),
      diskUsedRatio: this.#diskUsedRatio,
      gpus: nowMs - this.#gpusAtMs <= this.#gpuFreshMs ? this.#gpus : this.#gpus.map(({ index }) => unreadable(index)),
    };
  }

  #disks(line: string): void {
    const ratios = [...line.matchAll(/ (\d+):(\d+)/g)].map(([, used, available]) => ratio(Number(used), Number(available)));
    this.#diskUsedRatio = ratios.length === 0 ? null : Math.max(...ratios);
  }

  #gpuRows(text: string, nowMs: number): void {
    this.#gpusAtMs = nowMs;
    this.#gpus = text.startsWith('!') ? this.#gpus.map(({ index }) => unreadable(index)) : text.split(';').flatMap(gpuRow);
  }
}

/** Blocks kept back for root count as used: it is what a program meets. */
function ratio(usedKib: number, availableKib: number): number {
  return usedKib + availableKib === 0 ? 0 : usedKib / (usedKib + availableKib);
}

function unreadable(index: number): GpuVitals {
  return { index, utilizationPercent: null, vramUsedMib: null, vramTotalMib: null, temperatureC: null, powerW: null };
}

function gpuRow(row: string): GpuVitals[] {
  const fields = row.split(',').map((field) => field.trim());
  const index = numberOrNull(fields[0]);
  if (fields.length !== 6 || index === null || !Number.isInteger(index)) return [];
  const [utilizationPercent, vramUsedMib, vramTotalMib, temperatureC, powerW] = fields.slice(1).map(numberOrNull);
  return [
    {
      index,
      utilizationPercent: utilizationPercent ?? null,
      vramUsedMib: vramUsedMib ?? null,
      vramTotalMib: vramTotalMib ?? null,
      temperatureC: temperatureC ?? null,
      powerW: powerW ?? null,
    },
  ];
}
