import type { ServerId } from '../../../shared/model/ids.ts';
import type { Reading } from '../../../shared/model/reading.ts';
import type { KeepRules, SeriesName, SeriesPoints } from './readingsTypes.ts';

const [hour, day, tenMinutes, fourHours] = [3_600_000, 24 * 3_600_000, 600_000, 4 * 3_600_000];

/** What the store should answer, worked out from all values ever given to it, none of them packed, rolled up or deleted. */
export class ModelReadings {
  readonly #values = new Map<string, Map<number, number>>();
  readonly #keep: KeepRules;

  constructor(keep: KeepRules) {
    this.#keep = keep;
  }

  append(serverId: ServerId, atMs: number, readings: readonly Reading[], nowMs: number): void {
    if (atMs < this.rawFromMs(nowMs)) return;
    for (const { subject, metric, value } of readings) {
      if (!Number.isFinite(value)) continue;
      const key = keyOf(serverId, { subject, metric });
      this.#values.set(key, (this.#values.get(key) ?? new Map<number, number>()).set(atMs, Math.fround(value)));
    }
  }

  /** Forgets values that the store need not have, and that it has not. */
  forget(serverId: ServerId, name: SeriesName, atMs: number): void {
    this.#values.get(keyOf(serverId, name))?.delete(atMs);
  }

  rawFromMs(nowMs: number): number {
    return floor(nowMs - this.#keep.rawDays * day, hour);
  }

  /** The points of a series at the step that the store has chosen; null: none. */
  points(serverId: ServerId, name: SeriesName, range: { fromMs: number; toMs: number; stepMs: number }, nowMs: number): SeriesPoints | null {
    const { stepMs } = range;
    const days = stepMs < tenMinutes ? this.#keep.minuteDays : this.#keep.tenMinuteDays;
    const keptMs = stepMs === 0 ? this.rawFromMs(nowMs) : floor(nowMs - days * day, stepMs < tenMinutes ? hour : fourHours);
    const fromMs = Math.max(stepMs === 0 ? range.fromMs : floor(range.fromMs, stepMs), keptMs);
    const toMs = stepMs === 0 ? range.toMs : Math.ceil(range.toMs / stepMs) * stepMs;
    const values = [...(this.#values.get(keyOf(serverId, name)) ?? [])].filter(([atMs]) => atMs >= fromMs && atMs < toMs).sort(([a], [b]) => a - b);
    const steps = [...Map.groupBy(values, ([atMs]) => (stepMs === 0 ? atMs : floor(atMs, stepMs)))];
    if (steps.length === 0) return null;
    const floats = (figure: (own: number[]) => number) => Float32Array.from(steps, ([, own]) => figure(own.map(([, value]) => value)));
    return {
      ...name,
      atMs: Float64Array.from(steps, ([atMs]) => atMs),
      count: Uint32Array.from(steps, ([, own]) => own.length),
      min: floats((own) => Math.min(...own)),
      max: floats((own) => Math.max(...own)),
      mean: floats((own) => own.reduce((sum, value) => sum + value, 0) / own.length),
      last: floats((own) => own.at(-1) ?? Number.NaN),
    };
  }

  /** Times and values of a series, in no order. */
  valuesOf(serverId: ServerId, name: SeriesName): ReadonlyMap<number, number> {
    return this.#values.get(keyOf(serverId, name)) ?? new Map();
  }
}

function keyOf(serverId: ServerId, { subject, metric }: SeriesName): string {
  return JSON.stringify([serverId, subject, metric]);
}

function floor(atMs: number, lengthMs: number): number {
  return Math.floor(atMs / lengthMs) * lengthMs;
}
