/** What happened within so long is recent. */
export const recentS = 600;
/** More of one kind in ten minutes is as bad as this many. */
const mostKept = 1000;
const mostKeys = 5000;

/** Counts what happened in the last ten minutes, by the server's uptime. */
export class RecentCounts {
  readonly #times = new Map<string, number[]>();
  readonly #totals = new Map<string, number>();

  /** Something happened. */
  add(key: string, atS: number, count = 1): void {
    const times = this.#times.get(key) ?? [];
    for (let each = 0; each < count && times.length < mostKept; each += 1) times.push(atS);
    if (this.#times.size < mostKeys || this.#times.has(key)) this.#times.set(key, times);
  }

  /** A counter stands at `total`: what it grew since the last time happened now. A first look, or a reset, is no growth. */
  total(key: string, total: number, atS: number): void {
    const before = this.#totals.get(key);
    if (this.#totals.size < mostKeys || before !== undefined) this.#totals.set(key, total);
    if (before !== undefined && total > before) this.add(key, atS, total - before);
  }

  /** How often it happened of late. */
  count(key: string, nowS: number): number {
    const times = this.#times.get(key);
    if (times === undefined) return 0;
    const recent = times.filter((atS) => nowS - atS <= recentS);
    if (recent.length === 0) this.#times.delete(key);
    else this.#times.set(key, recent);
    return recent.length;
  }

  /** The server was started anew. */
  forget(): void {
    this.#times.clear();
    this.#totals.clear();
  }
}
