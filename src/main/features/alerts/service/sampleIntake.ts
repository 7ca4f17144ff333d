import type { Reading } from '../../../../shared/model/reading.ts';
import type { Sample } from '../evaluator/evaluatorTypes.ts';

/** A look that comes so much later than others of its server is put behind them; what is older was filled in and is left as it is. */
const lateMs = 60_000;
/** So many moments of a server are kept while nobody takes them. */
const mostMoments = 600;

/** Gathers what is measured between two ticks, by server and moment. */
export class SampleIntake {
  readonly #waiting = new Map<string, Map<number, Reading[]>>();
  readonly #taken = new Map<string, number>();

  /** Looks of one moment become one sample, whatever they come from. */
  add(serverId: string, atMs: number, readings: readonly Reading[]): void {
    const takenMs = this.#taken.get(serverId) ?? 0;
    const momentMs = atMs <= takenMs && takenMs - atMs <= lateMs ? takenMs + 1 : atMs;
    const moments = this.#waiting.get(serverId) ?? new Map<number, Reading[]>();
    this.#waiting.set(serverId, moments);
    const before = moments.get(momentMs);
    if (before !== undefined) before.push(...readings);
    else if (moments.size < mostMoments) moments.set(momentMs, [...readings]);
  }

  /** All since the last call, oldest first. */
  take(): Map<string, Sample[]> {
    const samples = new Map<string, Sample[]>();
    for (const [serverId, moments] of this.#waiting) {
      const sorted = [...moments].sort(([one], [other]) => one - other).map(([atMs, readings]): Sample => ({ atMs, readings }));
      samples.set(serverId, sorted);
      this.#taken.set(serverId, Math.max(this.#taken.get(serverId) ?? 0, sorted.at(-1)?.atMs ?? 0));
    }
    this.#waiting.clear();
    return samples;
  }
}
