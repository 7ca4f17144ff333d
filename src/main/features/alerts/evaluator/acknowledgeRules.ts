import type { Evaluation } from './evaluateRules.ts';
import type { EvaluatorState } from './evaluatorState.ts';
import { tell } from './openAlertRules.ts';

/**
 * Somebody looks after an alert: no next level is told, and no reminder, until `untilMs` (null: until it is over) or until it becomes worse.
 * Null: there is no such open alert.
 */
export function acknowledge(
  state: EvaluatorState,
  key: string,
  by: { who: string; untilMs: number | null; note?: string | null },
  nowMs: number,
): Evaluation | null {
  const alert = state.alerts[key];
  if (alert === undefined) return null;
  const told = tell({ ...alert, acknowledged: { who: by.who, atMs: nowMs, untilMs: by.untilMs, note: by.note ?? null } }, 'acknowledged', null, nowMs, by.who);
  return { state: { ...state, alerts: { ...state.alerts, [key]: told.state } }, events: told.event === null ? [] : [told.event] };
}

/** Nobody looks after it any more: time to the next level counts anew. Null: there is no such open alert, or nobody did. */
export function unacknowledge(state: EvaluatorState, key: string): EvaluatorState | null {
  const alert = state.alerts[key];
  if (alert === undefined || alert.acknowledged === null) return null;
  return { ...state, alerts: { ...state.alerts, [key]: { ...alert, acknowledged: null, levelForMs: 0 } } };
}
