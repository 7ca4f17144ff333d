import { alertSeverities } from '../../../../shared/model/alertRule.ts';
import type { AlertState } from './evaluatorState.ts';
import type { AlertEvent, EvaluatorSettings } from './evaluatorTypes.ts';
import { type HoldContext, holdOf } from './holdRules.ts';
import { evidenceOf, type Member, worstOf } from './memberRules.ts';

/** One event tells of so much at most. */
const evidenceLimit = 20;
/** That more joined an alert is told at most so often. */
const spreadMs = 300_000;

/** What one alert became in a tick. `state` null: it is not open. */
export interface AlertStep {
  state: AlertState | null;
  event: AlertEvent | null;
}

/** What all alerts of a tick are judged by. */
export interface AlertContext {
  holds: HoldContext;
  settings: EvaluatorSettings;
  nowMs: number;
  /** Time since the last tick; 0 where this computer slept. */
  elapsedMs: number;
}

/** An alert that is not open: it is raised where anything of it may be told. `raises`: when it was raised lately, this time included. */
export function raiseAlert(key: string, members: readonly Member[], raises: readonly number[], context: AlertContext): AlertStep {
  const active = members.filter(({ hold }) => hold === null);
  const worst = worstOf(active);
  if (worst === undefined) return { state: null, event: null };
  const { nowMs, settings } = context;
  const state: AlertState = {
    ...{ key, cause: worst.cause, title: worst.title, severity: worst.severity, runbook: worst.runbook },
    ...{ level: 1, raisedAtMs: nowMs, sequence: 0, flapping: raises.length >= settings.flap.count, lastMemberMs: nowMs },
    ...{ levelForMs: 0, toldForMs: 0, acknowledged: null, held: null, ending: null },
    ...toldOf(active, [], context),
  };
  return tell(state, 'raised', null, nowMs);
}

/** An open alert that goes on, becomes worse or better, is held, or is over. `ended`: how its series ended, where they did. */
export function followAlert(before: AlertState, members: readonly Member[], ended: AlertState['ending'], context: AlertContext): AlertStep {
  const { nowMs, settings, elapsedMs } = context;
  if (members.length === 0) return endAlert({ ...before, ending: before.ending ?? ended ?? 'good' }, context);
  const lasting: AlertState = { ...before, lastMemberMs: nowMs, ending: null, held: null };
  const active = members.filter(({ hold }) => hold === null);
  const worst = worstOf(active);
  if (worst === undefined) return { state: { ...lasting, held: members[0]?.hold?.reason ?? null }, event: null };

  const rank = (severity: AlertState['severity']) => alertSeverities.indexOf(severity);
  const change = rank(worst.severity) - rank(before.severity);
  const severity = change > 0 || !before.flapping ? worst.severity : before.severity;
  const shown = severity === worst.severity ? { severity, title: worst.title, runbook: worst.runbook } : {};
  const expired = before.acknowledged?.untilMs != null && before.acknowledged.untilMs <= nowMs;
  const state: AlertState = {
    ...lasting,
    ...shown,
    ...toldOf(active, before.members, context),
    acknowledged: expired ? null : before.acknowledged,
    levelForMs: expired ? 0 : before.levelForMs + elapsedMs,
    toldForMs: before.toldForMs + elapsedMs,
  };
  // Worse than what somebody said they look after: it has to be looked at again.
  if (change > 0) return tell({ ...state, acknowledged: null, levelForMs: 0 }, 'escalated', 'severity', nowMs);
  const due = settings.escalateS[state.severity][state.level - 1];
  if (state.acknowledged === null && state.level < 3 && due !== undefined && state.levelForMs >= due * 1000) {
    return tell({ ...state, level: state.level === 1 ? 2 : 3, levelForMs: 0 }, 'escalated', 'time', nowMs);
  }
  if (severity !== before.severity) return tell(state, 'eased', null, nowMs);
  const joined = active.some(({ grouped, conditionKey }) => grouped && !before.members.includes(conditionKey));
  if (joined && state.toldForMs >= spreadMs) return tell(state, 'stillFiring', 'spread', nowMs);
  const repeatS = settings.repeatS[state.severity];
  if (repeatS !== null && state.acknowledged === null && state.toldForMs >= repeatS * 1000) return tell(state, 'stillFiring', 'reminder', nowMs);
  return { state: joined ? { ...state, members: before.members } : state, event: null };
}

/** Nothing of the alert holds any more. Its end waits where it is muted, and where it flaps. */
function endAlert(state: AlertState, { holds, nowMs, settings }: AlertContext): AlertStep {
  const mutes = state.evidence.map((each) => holdOf({ ...each, missing: false }, each.condition === 'missing', holds));
  const isGone = state.evidence.every(({ serverId, ruleId }) => !holds.servers.has(serverId) || !holds.index.byId.has(ruleId));
  const muted = mutes.length > 0 && mutes.every((hold) => hold?.mute === true);
  if (muted) return { state: { ...state, held: mutes[0]?.reason ?? null }, event: null };
  if (state.flapping && state.ending === 'good' && !isGone && nowMs - state.lastMemberMs < settings.flap.quietS * 1000) return { state, event: null };
  return { state: null, event: tell(state, 'resolved', isGone ? 'gone' : state.ending, nowMs).event };
}

/** What is told of those that hold; who was told of once is remembered. */
function toldOf(active: readonly Member[], before: readonly string[], { holds }: AlertContext): Pick<AlertState, 'serverIds' | 'members' | 'evidence'> {
  return {
    serverIds: [...new Set(active.map(({ serverId }) => serverId))],
    members: [...new Set([...before, ...active.map(({ conditionKey }) => conditionKey)])],
    evidence: active.slice(0, evidenceLimit).flatMap((member) => evidenceOf(member, holds)),
  };
}

/** Makes the event of an alert and counts it. */
export function tell(
  alert: AlertState,
  kind: AlertEvent['kind'],
  why: AlertEvent['why'],
  nowMs: number,
  who: string | null = null,
): AlertStep & { state: AlertState } {
  const state = { ...alert, sequence: alert.sequence + 1, toldForMs: 0 };
  const { key, cause, title, severity, level, raisedAtMs, flapping, runbook, serverIds, evidence } = state;
  const event: AlertEvent = {
    ...{ id: `${key}@${raisedAtMs}.${state.sequence}`, key, kind, why, atMs: nowMs, cause, title, severity, level, raisedAtMs, flapping, runbook },
    ...{ serverIds, evidence, who },
  };
  return { state, event };
}
