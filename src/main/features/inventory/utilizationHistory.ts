import type { Vitals } from '../../../shared/model/facts.ts';

/** One slot of the history. Sixty of them are the last 15 minutes. */
export const slotMs = 15_000;
const slots = 60;

/** GPU utilisation of one server over the last 15 minutes, mean over GPUs and over the readings of a slot. */
export class UtilizationHistory {
  readonly #sums = new Map<number, { sum: number; count: number }>();

  /** Takes one reading. Readings without any GPU figure leave their slot as it is. */
  add(vitals: Vitals): void {
    const values = vitals.gpus.flatMap(({ utilizationPercent }) => (utilizationPercent === null ? [] : [utilizationPercent]));
    if (values.length === 0) return;
    const slot = Math.floor(vitals.observedAtMs / slotMs);
    const entry = this.#sums.get(slot) ?? { sum: 0, count: 0 };
    this.#sums.set(slot, { sum: entry.sum + values.reduce((a, b) => a + b, 0) / values.length, count: entry.count + 1 });
    for (const old of this.#sums.keys()) if (old <= slot - slots) this.#sums.delete(old);
  }

  /** The slots up to now, oldest first; empty while nothing was ever measured. */
  values(nowMs: number): (number | null)[] {
    if (this.#sums.size === 0) return [];
    const last = Math.floor(nowMs / slotMs);
    return Array.from({ length: slots }, (_, i) => {
      const entry = this.#sums.get(last - slots + 1 + i);
      return entry === undefined ? null : Math.round((entry.sum / entry.count) * 10) / 10;
    });
  }
}
