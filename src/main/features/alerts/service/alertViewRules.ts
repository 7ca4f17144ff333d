import type { Alert, AlertEventView, AlertEvidence, AlertHold, AlertRecord, HoldReason } from '../../../../shared/model/alert.ts';
import { type AlertRule, type AlertSeverity, alertSeverities, causeOf } from '../../../../shared/model/alertRule.ts';
import { isOut } from '../evaluator/connectionRules.ts';
import type { AlertState, EvaluatorState } from '../evaluator/evaluatorState.ts';
import type { AlertEvent, EvaluatorInput, EvaluatorSettings, ServerInput } from '../evaluator/evaluatorTypes.ts';
import type { HeldAlert } from '../evaluator/memberRules.ts';
import { computerId, stacksOf } from '../evaluator/scopeRules.ts';

/** What alerts are shown with. */
export interface ViewContext {
  input: EvaluatorInput;
  servers: ReadonlyMap<string, ServerInput>;
  /** Rules of which something is wrong, long enough or not. */
  wrongRules: ReadonlySet<string>;
  state: EvaluatorState;
  settings: EvaluatorSettings;
  rule(id: string): AlertRule | undefined;
  incidentOf(alertId: string): string | null;
}

interface Told {
  serverIds: readonly string[];
  evidence: readonly AlertEvidence[];
}

/** The id of an alert from its raise to its end. */
export const alertIdOf = ({ key, raisedAtMs }: { key: string; raisedAtMs: number }): string => `${key}@${raisedAtMs}`;

/** An open alert as it is shown. */
export function openAlertView(alert: AlertState, context: ViewContext): Alert {
  const { key, cause, title, severity, level, raisedAtMs, flapping, acknowledged, runbook, held } = alert;
  return {
    ...{ key, state: 'open', cause, title, severity, level, raisedAtMs, flapping, acknowledged, runbook },
    ...common(alert, context),
    hold: held === null ? null : holdView(held, alert, context),
    escalatesAtMs: escalatesAt(alert, context),
    incident: context.incidentOf(alertIdOf(alert)),
  };
}

/** An alert that was not told, as it is shown. */
export function heldAlertView(held: HeldAlert, context: ViewContext): Alert {
  const { key, cause, title, severity, runbook, reason } = held;
  return {
    ...{ key, state: 'held', cause, title, severity, level: 1, raisedAtMs: null, flapping: false, acknowledged: null, runbook },
    ...common(held, context),
    ...{ hold: holdView(reason, held, context), escalatesAtMs: null, incident: null },
  };
}

function common(
  { evidence, serverIds }: Told,
  context: ViewContext,
): Pick<Alert, 'explanation' | 'sinceMs' | 'servers' | 'stacks' | 'subjects' | 'rules' | 'evidence'> {
  const { servers } = context;
  const rules = [...new Set(evidence.map(({ ruleId }) => ruleId))];
  return {
    explanation: rules.map((id) => context.rule(id)?.explanation).find((text) => text !== undefined) ?? null,
    sinceMs: Math.min(...evidence.map(({ sinceMs }) => sinceMs), context.input.nowMs),
    servers: serverIds.filter((id) => id !== computerId).map((id) => ({ id, name: servers.get(id)?.name ?? id })),
    stacks: stacksAt(evidence, servers),
    subjects: evidence
      .filter(({ subject }) => subject !== '')
      .map(({ serverId, subject }) => ({ serverId, subject, title: servers.get(serverId)?.subjects[subject]?.title ?? subject })),
    rules,
    evidence: [...evidence],
  };
}

/** Stacks that evidence is about. */
export function stacksAt(evidence: Told['evidence'], servers: ReadonlyMap<string, ServerInput>): string[] {
  const found = evidence.flatMap(({ serverId, subject }) => {
    const server = servers.get(serverId);
    return server === undefined ? [] : stacksOf(server, subject);
  });
  return [...new Set(found)];
}

function escalatesAt({ acknowledged, held, ending, severity, level, levelForMs }: AlertState, { settings, state }: ViewContext): number | null {
  const due = settings.escalateS[severity][level - 1];
  if (acknowledged !== null || held !== null || ending !== null || level === 3 || due === undefined || state.lastTickMs === null) return null;
  return state.lastTickMs + due * 1000 - levelForMs;
}

/** Why something is not told, with who or what is behind it. */
function holdView(reason: HoldReason, { evidence }: Told, context: ViewContext): AlertHold {
  const none: AlertHold = { reason, id: null, who: null, text: null, untilMs: null };
  const { input, servers } = context;
  const within = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) => fromMs <= input.nowMs && input.nowMs < untilMs;
  if (reason === 'maintenance') {
    const span = input.maintenance.find((each) => within(each) && evidence.some(({ serverId }) => each.serverIds.includes(serverId)));
    return span === undefined ? none : { ...none, id: span.name, text: span.name, untilMs: span.untilMs };
  }
  if (reason === 'silence') {
    const silence = input.silences.find((each) => within(each) && evidence.some((one) => isSilent(each, one, context.rule(one.ruleId))));
    return silence === undefined ? none : { ...none, id: silence.id, who: silence.who, text: silence.reason, untilMs: silence.untilMs };
  }
  if (reason === 'server') {
    const server = evidence.flatMap(({ serverId }) => servers.get(serverId) ?? [])[0];
    const lost = server === undefined || isOut(server) || server.via === null ? server : servers.get(server.via);
    return lost === undefined ? none : { ...none, id: lost.id, text: lost.name };
  }
  if (reason === 'dependency') {
    const by = evidence.flatMap(({ ruleId }) => context.rule(ruleId)?.dependsOn ?? []).find(({ rule }) => context.wrongRules.has(rule));
    return by === undefined ? none : { ...none, id: by.rule, text: context.rule(by.rule)?.title ?? null };
  }
  return none;
}

function isSilent(silence: EvaluatorInput['silences'][number], one: Told['evidence'][number], rule: AlertRule | undefined): boolean {
  const names = [one.ruleId, ...(rule === undefined ? [] : [causeOf(rule)])];
  return (
    (silence.rules?.some((name) => names.includes(name)) ?? true) &&
    (silence.serverIds?.includes(one.serverId) ?? true) &&
    (silence.subjects?.includes(one.subject) ?? true)
  );
}

/** An event as it is kept in the history. */
export function eventView(event: AlertEvent, note: string | null): AlertEventView {
  const { id, kind, why, atMs, severity, level, title, flapping, who, evidence } = event;
  return { id, kind, why, atMs, severity, level, title, flapping, who, note, evidence: [...evidence] };
}

/** A record after an event; undefined before: that of the raise. */
export function recordAfter(before: AlertRecord | undefined, event: AlertEvent, servers: ReadonlyMap<string, ServerInput>): AlertRecord {
  const { key, cause, title, severity, level, raisedAtMs, evidence, flapping, runbook } = event;
  const names = new Map(evidence.map(({ serverId, serverName }) => [serverId, serverName]));
  const told = event.serverIds.filter((id) => id !== computerId).map((id) => ({ id, name: names.get(id) ?? servers.get(id)?.name ?? id }));
  const over = event.kind === 'resolved' && (event.why === 'good' || event.why === 'noData' || event.why === 'gone') ? event.why : null;
  const known = new Set((before?.servers ?? []).map(({ id }) => id));
  return {
    ...{ id: alertIdOf(event), key, cause, raisedAtMs, runbook: runbook ?? before?.runbook ?? null },
    title: before === undefined || severity === worse(before.severity, severity) ? title : before.title,
    severity: before === undefined ? severity : worse(before.severity, severity),
    level: before !== undefined && before.level > level ? before.level : level,
    endedAtMs: event.kind === 'resolved' ? event.atMs : null,
    ended: over,
    servers: [...(before?.servers ?? []), ...told.filter(({ id }) => !known.has(id))],
    stacks: [...new Set([...(before?.stacks ?? []), ...stacksAt(evidence, servers)])],
    subjects: [...new Set([...(before?.subjects ?? []), ...evidence.map(({ subject }) => subject).filter((subject) => subject !== '')])],
    flapping: before?.flapping === true || flapping,
    acknowledgedBy: before?.acknowledgedBy ?? (event.kind === 'acknowledged' ? event.who : null),
    incident: before?.incident ?? null,
    whileAway: before?.whileAway ?? false,
  };
}

function worse(one: AlertSeverity, other: AlertSeverity): AlertSeverity {
  return alertSeverities.indexOf(one) >= alertSeverities.indexOf(other) ? one : other;
}
