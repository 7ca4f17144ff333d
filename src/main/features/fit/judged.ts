import type { Facts } from '../../../shared/model/facts.ts';
import type { FitRequirement, HardwareNeeds } from '../../../shared/model/fit.ts';

/** One need set against the facts, before it is known how much it counts. */
export type Judged = Omit<FitRequirement, 'level'>;

/** A rule: reads off the facts how the needs that it knows are met. */
export type FitRule = (needs: HardwareNeeds, facts: Facts) => Judged[];

/** What every judgement of a need begins with. */
export interface Need {
  id: string;
  title: string;
  need: string;
}

/** The need is met. */
export const meets = (need: Need, have: string): Judged => ({ ...need, have, verdict: 'meets', reason: null, remedy: null });

/** The need is not met: why, and what would mend it. */
export const short = (need: Need, have: string, reason: string, remedy: string): Judged => ({ ...need, have, verdict: 'short', reason, remedy });

/** Whether the need is met cannot be told from the facts. */
export const unknown = (need: Need, have: string | null, reason: string, remedy: string | null = null): Judged => ({
  ...need,
  ...{ have, verdict: 'unknown', reason, remedy },
});

/** Whether the machine is a rented or virtual one, whose hardware tells only part of the truth. */
export function isVirtual(facts: Facts): boolean {
  return facts.virtualization !== null && facts.virtualization !== 'none';
}
