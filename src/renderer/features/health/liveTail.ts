import { type HealthPart, healthKey } from '../../../shared/model/serverHealth.ts';
import type { StateSnapshot } from '../../client/stateStore.ts';

/** Values of one series as they came in, in order of time. */
export interface TailPoints {
  atMs: number[];
  value: number[];
}

/** Longest time that live values are held, in ms; history is asked anew long before. */
const keptMs = 3_600_000;

const tailKey = (serverId: string, metric: string, subject: string): string => `${serverId} ${metric} ${subject}`;

/** Gathers live values behind what is stored. What came once is not taken twice. */
export class LiveTail {
  readonly #series = new Map<string, TailPoints>();
  readonly #seen = new Map<string, number>();
  #version = 0;

  /** Grows whenever something came in. */
  get version(): number {
    return this.#version;
  }

  /** Values of a series since it was first told; null: there are none. */
  points(serverId: string, metric: string, subject: string): TailPoints | null {
    return this.#series.get(tailKey(serverId, metric, subject)) ?? null;
  }

  /** Takes what is new of a snapshot of live health. */
  take({ list }: Pick<StateSnapshot<HealthPart>, 'list'>): void {
    let isNew = false;
    for (const part of list) {
      if (part.kind === 'server') continue;
      const key = healthKey(part);
      if ((this.#seen.get(key) ?? 0) >= part.observedAtMs) continue;
      this.#seen.set(key, part.observedAtMs);
      isNew = true;
      for (const { subject, metric, value } of part.readings) this.#add(tailKey(part.serverId, metric, subject), part.observedAtMs, value);
    }
    if (isNew) this.#version += 1;
  }

  #add(key: string, atMs: number, value: number): void {
    let points = this.#series.get(key);
    if (points === undefined) {
      points = { atMs: [], value: [] };
      this.#series.set(key, points);
    }
    if ((points.atMs.at(-1) ?? 0) >= atMs) return;
    points.atMs.push(atMs);
    points.value.push(value);
    // Let go in blocks, as each costs a copy.
    if (points.atMs.length > 64 && (points.atMs[63] ?? 0) < atMs - keptMs) {
      points.atMs.splice(0, 64);
      points.value.splice(0, 64);
    }
  }
}
