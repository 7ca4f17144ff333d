import type { ProbeFields, ProbeId } from '../../../../shared/model/probe.ts';
import { mostTokens } from './llmProbe.ts';
import type { ProbesRepo, Spent } from './probesRepo.ts';
import { llmCheckOf } from './runCheck.ts';
import { takeSpend } from './spendLedger.ts';

const dayMs = 86_400_000;

/** A call that was let through: `settle` puts what it did use in place of what was set aside. */
export type SpendTurn = { call: number; settle(tokens: number): void } | { untilMs: number; refused: 'calls' | 'tokens' };

/** What probes of models use, kept hour by hour: a start anew forgets none of it. */
export class ProbeSpending {
  readonly #repo: ProbesRepo;
  readonly #nowMs: () => number;
  /** From UTC to the day of this computer, in ms. */
  readonly #offsetMs: (nowMs: number) => number;

  constructor(repo: ProbesRepo, nowMs: () => number, offsetMs: (nowMs: number) => number = (at) => -new Date(at).getTimezoneOffset() * 60_000) {
    this.#repo = repo;
    this.#nowMs = nowMs;
    this.#offsetMs = offsetMs;
  }

  /** Used in the last 24 hours; null: it asks no model. */
  of(id: ProbeId, { check }: ProbeFields): Spent | null {
    return check.kind === 'llm' ? this.#repo.spentSince(id, this.#nowMs() - dayMs) : null;
  }

  /** Asks for a call. Probes that ask no model are always let through. */
  take(id: ProbeId, fields: ProbeFields): SpendTurn {
    const { check } = fields;
    if (check.kind !== 'llm') return { call: 0, settle: () => {} };
    const nowMs = this.#nowMs();
    const offsetMs = this.#offsetMs(nowMs);
    const day = Math.floor((nowMs + offsetMs) / dayMs);
    const used = this.#repo.spentSince(id, day * dayMs - offsetMs);
    const most = mostTokens(llmCheckOf(fields, check, used.calls));
    const answer = takeSpend({ day, ...used }, check.limits, most, nowMs, offsetMs);
    if ('refused' in answer) return answer;
    this.#repo.spend(id, { calls: 1, tokens: most }, nowMs);
    return { call: used.calls, settle: (tokens) => this.#repo.spend(id, { calls: 0, tokens: tokens - most }, nowMs) };
  }
}
