import type { Reading } from '../../../../shared/model/reading.ts';
import type { Tick } from '../evaluator/evaluateRules.ts';

/** Keeps readings of a server at a moment. */
export type KeepReadings = (serverId: string, atMs: number, readings: readonly Reading[]) => void;

/** While all is well it is kept so often; half of what makes a gap. */
const everyMs = 60_000;
/** So long it is looked at closely after it was bad: until rules call it good again. */
const afterBadMs = 120_000;
/** A measurement that is older is no longer as it should be. */
const oldS = 60;

/**
 * Keeps how connections stood, so that rules about them can be run over the past: once a minute, at every change, and at every look while
 * they are bad and for two minutes after that.
 */
export class ConnectionKeeper {
  readonly #keep: KeepReadings;
  readonly #kept = new Map<string, { atMs: number; state: string; badAtMs: number }>();

  constructor(keep: KeepReadings) {
    this.#keep = keep;
  }

  take(connections: Tick['connections'], nowMs: number): void {
    for (const { serverId, readings } of connections) {
      if (readings.length === 0) continue;
      const isBad = readings.some(({ metric, value }) => (metric === 'sampleAgeS' ? value > oldS : value === 0));
      const state = readings.map(({ metric, value }) => (metric === 'sampleAgeS' ? metric : `${metric} ${value}`)).join();
      const before = this.#kept.get(serverId);
      const badAtMs = isBad ? nowMs : (before?.badAtMs ?? Number.NEGATIVE_INFINITY);
      const isCalm = before?.state === state && nowMs >= before.atMs && nowMs - badAtMs > afterBadMs;
      if (isCalm && nowMs - before.atMs < everyMs) continue;
      this.#kept.set(serverId, { atMs: nowMs, state, badAtMs });
      this.#keep(serverId, nowMs, readings);
    }
  }
}
