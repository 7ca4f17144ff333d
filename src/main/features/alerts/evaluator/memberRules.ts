import type { AlertEvidence, HoldReason } from '../../../../shared/model/alert.ts';
import { type AlertRule, type AlertSeverity, alertSeverities, causeOf } from '../../../../shared/model/alertRule.ts';
import { isFiring } from './conditionRules.ts';
import type { ConditionState } from './evaluatorState.ts';
import type { Hold, ServerInput } from './evaluatorTypes.ts';
import { type HoldContext, holdOf } from './holdRules.ts';
import { stacksOf } from './scopeRules.ts';

/** A condition that is an alert, or a part of one. */
export interface Member {
  /** Of the alert that it belongs to. */
  alertKey: string;
  conditionKey: string;
  cause: string;
  title: string;
  severity: AlertSeverity;
  runbook: string | null;
  serverId: string;
  grouped: boolean;
  hold: Hold | null;
  condition: ConditionState;
  missing: boolean;
}

/** All conditions that are alerts, by the alert that they belong to. One whose series is gone may be two: what it was, and that it is gone. */
export function membersByAlert(conditions: Readonly<Record<string, ConditionState>>, context: HoldContext): Map<string, Member[]> {
  const members: Member[] = [];
  for (const [key, condition] of Object.entries(conditions)) {
    if (isFiring(condition)) members.push(...memberOf(key, condition, false, context));
    if (condition.missing) members.push(...memberOf(`${key}?`, condition, true, context));
  }
  return Map.groupBy(members, ({ alertKey }) => alertKey);
}

function memberOf(conditionKey: string, condition: ConditionState, missing: boolean, context: HoldContext): Member[] {
  const rule = context.index.byId.get(condition.ruleId);
  const server = context.servers.get(condition.serverId);
  if (rule === undefined || server === undefined) return [];
  const told = missing && rule.missing.policy === 'alert' ? rule.missing : rule;
  const cause = missing ? `${causeOf(rule)}-missing` : causeOf(rule);
  return [
    {
      ...{ conditionKey, cause, title: told.title, severity: told.severity, runbook: rule.runbook, serverId: server.id, condition, missing },
      alertKey: alertKey(rule, cause, server, condition.subject),
      grouped: rule.group !== 'subject',
      hold: holdOf(condition, missing, context),
    },
  ];
}

/** The stable key of an alert: its cause, and how far it reaches. */
export function alertKey({ group }: Pick<AlertRule, 'group'>, cause: string, server: ServerInput, subject: string): string {
  if (group === 'fleet') return `${cause}/fleet`;
  if (group === 'subject') return subject === '' ? `${cause}/${server.id}` : `${cause}/${server.id}/${subject}`;
  const [stack] = group === 'stack' ? stacksOf(server, subject) : [];
  return stack === undefined ? `${cause}/${server.id}` : `${cause}/stack/${stack}`;
}

/** The most severe of several; of equals the one that holds longest, so that the same is chosen every time. */
export function worstOf(members: readonly Member[]): Member | undefined {
  return [...members].sort(
    (a, b) =>
      alertSeverities.indexOf(b.severity) - alertSeverities.indexOf(a.severity) ||
      a.condition.badSinceMs - b.condition.badSinceMs ||
      (a.conditionKey < b.conditionKey ? -1 : 1),
  )[0];
}

/** What a member is believed for. */
export function evidenceOf({ condition, missing }: Member, context: HoldContext): AlertEvidence[] {
  const rule = context.index.byId.get(condition.ruleId);
  if (rule === undefined) return [];
  const { ruleId, serverId, subject, lastValue, lastAtMs, badSinceMs, recent } = condition;
  return [
    {
      ...{ ruleId, serverId, subject, metric: rule.metric, comparator: rule.comparator, threshold: rule.value, value: lastValue, atMs: lastAtMs, recent },
      serverName: context.servers.get(serverId)?.name ?? serverId,
      condition: missing ? 'missing' : 'threshold',
      sinceMs: missing ? lastAtMs : badSinceMs,
    },
  ];
}

/** An alert that holds and was not told, and why. */
export interface HeldAlert {
  key: string;
  cause: string;
  title: string;
  severity: AlertSeverity;
  runbook: string | null;
  reason: HoldReason;
  serverIds: string[];
  evidence: AlertEvidence[];
}

/** Of so many conditions the evidence is told. */
const heldEvidence = 20;

/** An alert none of whose members may be told: as the worst of them, or nothing where there is none. */
export function heldAlert(key: string, members: readonly Member[], context: HoldContext): HeldAlert[] {
  const worst = worstOf(members);
  if (worst?.hold == null) return [];
  const { cause, title, severity, runbook, hold } = worst;
  const evidence = members.slice(0, heldEvidence).flatMap((member) => evidenceOf(member, context));
  return [{ ...{ key, cause, title, severity, runbook, reason: hold.reason }, serverIds: [...new Set(members.map(({ serverId }) => serverId))], evidence }];
}
