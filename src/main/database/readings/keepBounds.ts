import type { Database as Connection } from 'better-sqlite3';
import { floorHour } from './momentsTable.ts';
import type { KeepRules } from './readingsTypes.ts';
import { floorTo, tenMinutes } from './rollupLevels.ts';

const dayMs = 24 * 3_600_000;

/** A time that is further ahead of our clock is wrong, and nothing is kept of it. */
export const aheadMs = 3_600_000;

/**
 * Since when readings are kept. What is older is neither taken nor given, deleted yet or not. Where values as measured were deleted once stays
 * noted: a clock set back, or a longer time in the settings, must not have roll-ups made anew from what is left.
 */
export class KeepBounds {
  readonly #connection: Connection;
  #rules: KeepRules;
  #rawDeletedMs: number;

  constructor(connection: Connection, rules: KeepRules) {
    this.#connection = connection;
    this.#rules = ordered(rules);
    this.#rawDeletedMs = connection.prepare<[], number>("SELECT from_ms FROM bounds WHERE name = 'raw'").pluck().get() ?? 0;
  }

  set rules(rules: KeepRules) {
    this.#rules = ordered(rules);
  }

  /** Hours that begin before this are packed. */
  hotFromMs(nowMs: number): number {
    return floorHour(nowMs - this.#rules.hotHours * 3_600_000);
  }

  rawFromMs(nowMs: number): number {
    return Math.max(this.#rawDeletedMs, floorHour(nowMs - this.#rules.rawDays * dayMs));
  }

  minutesFromMs(nowMs: number): number {
    return floorHour(nowMs - this.#rules.minuteDays * dayMs);
  }

  tenMinutesFromMs(nowMs: number): number {
    return floorTo(nowMs - this.#rules.tenMinuteDays * dayMs, tenMinutes.spanMs);
  }

  /** Days for which anything at all is kept. */
  get longestDays(): number {
    return this.#rules.tenMinuteDays;
  }

  get rawDays(): number {
    return this.#rules.rawDays;
  }

  /** Notes that values as measured are deleted up to a time, within the transaction that does it. */
  noteRawDeleted(beforeMs: number): void {
    if (beforeMs <= this.#rawDeletedMs) return;
    const sql = "INSERT INTO bounds (name, from_ms) VALUES ('raw', ?) ON CONFLICT DO UPDATE SET from_ms = max(from_ms, excluded.from_ms)";
    this.#connection.prepare(sql).run(beforeMs);
    this.#rawDeletedMs = beforeMs;
  }
}

/** What is coarser is kept at least as long as what is finer, and rows no longer than packed hours. */
function ordered({ hotHours, rawDays, minuteDays, tenMinuteDays }: KeepRules): KeepRules {
  const minute = Math.max(rawDays, minuteDays);
  return { hotHours: Math.min(hotHours, rawDays * 24), rawDays, minuteDays: minute, tenMinuteDays: Math.max(minute, tenMinuteDays) };
}
