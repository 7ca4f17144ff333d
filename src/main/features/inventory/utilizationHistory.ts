/** One slot of the history. Sixty of them are the last 15 minutes. */
export const slotMs = 15_000;
const slots = 60;

/** GPU utilisation of one server over the last 15 minutes, mean over GPUs and over the readings of a slot. */
export class UtilizationHistory {
  readonly #sums = new Map<number, { sum: number; count: number }>();

  /** Takes what was read of GPUs at one time, in percent; null: not told. Without any figure the slot stays as it is. */
  add(atMs: number, percents: readonly (number | null)[]): void {
    const values = percents.filter((percent) => percent !== null);
    if (values.length === 0) return;
    const slot = Math.floor(atMs / slotMs);
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
