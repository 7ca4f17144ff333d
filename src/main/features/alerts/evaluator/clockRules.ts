import { ownMetrics } from './connectionRules.ts';
import type { ConditionState, EvaluatorState } from './evaluatorState.ts';
import type { EvaluatorSettings } from './evaluatorTypes.ts';
import type { RuleIndex } from './observeRules.ts';

/** What our clock did since the last tick. `slept`: it went on without us. `back`: somebody set it back. */
export type ClockJump = 'none' | 'slept' | 'back';

export function clockJump(lastTickMs: number | null, nowMs: number, { jumpS }: EvaluatorSettings): ClockJump {
  if (lastTickMs === null) return 'none';
  if (nowMs < lastTickMs) return 'back';
  return nowMs - lastTickMs > jumpS * 1000 ? 'slept' : 'none';
}

/**
 * A state after a jump of our clock. After sleep, windows about connections begin anew, and for a while a lost connection is not believed;
 * windows of samples are judged by the samples. After the clock was set back, all windows begin anew and no time lies ahead.
 */
export function afterJump(state: EvaluatorState, nowMs: number, jump: 'slept' | 'back', { graceS }: EvaluatorSettings, { byId }: RuleIndex): EvaluatorState {
  const graceUntilMs = nowMs + graceS * 1000;
  const isOwn = ({ ruleId }: ConditionState) => ownMetrics.some((metric) => metric === byId.get(ruleId)?.metric);
  if (jump === 'slept') {
    const conditions = Object.fromEntries(Object.entries(state.conditions).filter(([, each]) => each.phase !== 'pending' || !isOwn(each)));
    return { ...state, graceUntilMs, conditions };
  }
  const atMost = (atMs: number) => Math.min(atMs, nowMs);
  const anew = (condition: ConditionState): ConditionState => ({
    ...condition,
    lastAtMs: atMost(condition.lastAtMs),
    badSinceMs: atMost(condition.badSinceMs),
    sinceMs: condition.phase === 'firing' ? atMost(condition.sinceMs) : nowMs,
  });
  return {
    ...state,
    graceUntilMs,
    servers: mapValues(state.servers, (each) => ({
      ...each,
      upAtMs: each.upAtMs === null ? null : atMost(each.upAtMs),
      upSinceMs: each.upSinceMs === null ? null : atMost(each.upSinceMs),
      sampleAtMs: each.sampleAtMs === null ? null : atMost(each.sampleAtMs),
    })),
    conditions: mapValues(state.conditions, anew),
    alerts: mapValues(state.alerts, (each) => ({ ...each, lastMemberMs: atMost(each.lastMemberMs) })),
    raises: mapValues(state.raises, (times) => times.map(atMost)),
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
