import { type AlertRule, holds } from '../../../../shared/model/alertRule.ts';
import type { ConditionState } from './evaluatorState.ts';

/** So many of the last values are kept as evidence. */
const keptValues = 5;

/** One value of one series. */
export interface Observation {
  serverId: string;
  subject: string;
  atMs: number;
  value: number;
  /** The server's count of heard time. */
  heardMs: number;
}

type Limits = Pick<AlertRule, 'id' | 'comparator' | 'value' | 'clear' | 'sustainedS' | 'clearS'>;

/**
 * Takes one value. Between `clear` and `value` what was begun goes on, and nothing begins; a condition becomes `firing` on a bad value only.
 * Where the server was not heard for longer than `gapMs` since the last value, a window begins anew: nobody knows what was in between.
 * What is already firing stays so.
 */
export function stepCondition(before: ConditionState | undefined, rule: Limits, seen: Observation, gapMs: number): ConditionState {
  const bad = holds(rule.comparator, seen.value, rule.value);
  const good = !bad && isClear(rule, seen.value);
  const recent: [number, number][] = [...(before?.recent ?? []).slice(1 - keptValues), [seen.atMs, seen.value]];
  const { serverId, subject } = seen;
  const common = { ruleId: rule.id, serverId, subject, lastAtMs: seen.atMs, lastValue: seen.value, lastHeardMs: seen.heardMs, missing: false, recent };
  const gap = before !== undefined && seen.atMs - before.lastAtMs - (seen.heardMs - before.lastHeardMs) > gapMs;
  const { phase, sinceMs, badSinceMs } = phaseAfter(before, rule, { atMs: seen.atMs, bad, good, gap });
  return { ...common, phase, sinceMs, badSinceMs };
}

interface Judged {
  atMs: number;
  bad: boolean;
  good: boolean;
  gap: boolean;
}
type Phase = Pick<ConditionState, 'phase' | 'sinceMs' | 'badSinceMs'>;

function phaseAfter(before: Phase | undefined, rule: Limits, judged: Judged): Phase {
  const { atMs, bad, good, gap } = judged;
  const now = (phase: Phase['phase']): Phase => ({ phase, sinceMs: atMs, badSinceMs: atMs });
  const from = before ?? now('ok');
  switch (from.phase) {
    case 'ok':
    case 'pending': {
      const window = from.phase === 'pending' && !gap ? from : now('pending');
      if (good || (!bad && (from.phase === 'ok' || gap))) return from.phase === 'ok' ? from : now('ok');
      if (bad && atMs - window.sinceMs >= rule.sustainedS * 1000) return { ...window, phase: 'firing', badSinceMs: window.sinceMs };
      return { ...window, phase: 'pending' };
    }
    case 'firing':
    case 'clearing': {
      if (!good) return { phase: 'firing', sinceMs: from.badSinceMs, badSinceMs: from.badSinceMs };
      const sinceMs = from.phase === 'clearing' && !gap ? from.sinceMs : atMs;
      if (atMs - sinceMs >= rule.clearS * 1000) return now('ok');
      return { phase: 'clearing', sinceMs, badSinceMs: from.badSinceMs };
    }
  }
}

function isClear({ comparator, clear }: Limits, value: number): boolean {
  if (clear === undefined) return true;
  return comparator.startsWith('>') ? value <= clear : value >= clear;
}

/** Whether a condition is an alert: bad for long enough, and not yet good for long enough. */
export function isFiring({ phase }: Pick<ConditionState, 'phase'>): boolean {
  return phase === 'firing' || phase === 'clearing';
}

/** Whether a condition says that something is wrong now, long enough or not: what depends on it is not told. */
export function isWrong({ phase, missing }: Pick<ConditionState, 'phase' | 'missing'>): boolean {
  return phase !== 'ok' || missing;
}

/** Whether there is anything to remember of it; what is good and need not be missed is forgotten. */
export function isWorthKeeping(condition: ConditionState, { missing }: Pick<AlertRule, 'missing'>): boolean {
  return condition.phase !== 'ok' || missing.policy === 'alert';
}

/** The name under which a condition is remembered. */
export function conditionKey(ruleId: string, serverId: string, subject: string): string {
  return `${ruleId}/${serverId}/${subject}`;
}
