import { type AlertRule, causeOf } from '../../../../shared/model/alertRule.ts';
import { isWrong } from './conditionRules.ts';
import { isBehindLost, isOut, ownMetrics } from './connectionRules.ts';
import type { ConditionState } from './evaluatorState.ts';
import type { EvaluatorInput, Hold, ServerInput } from './evaluatorTypes.ts';
import type { RuleIndex } from './observeRules.ts';
import { computerId, stacksOf } from './scopeRules.ts';

/** What decides whether something that holds is told. */
export interface HoldContext {
  input: EvaluatorInput;
  index: RuleIndex;
  servers: ReadonlyMap<string, ServerInput>;
  computerOut: boolean;
  /** Conditions that are wrong, by rule. */
  wrong: ReadonlyMap<string, readonly ConditionState[]>;
}

/** What a hold is asked for. */
export type Held = Pick<ConditionState, 'serverId' | 'subject' | 'missing'> & { ruleId: string };

export function wrongByRule(conditions: Readonly<Record<string, ConditionState>>): Map<string, ConditionState[]> {
  return Map.groupBy(Object.values(conditions).filter(isWrong), ({ ruleId }) => ruleId);
}

/**
 * Why a condition is not told now; null: it is. What people asked for (maintenance, a silence, hours) comes first and mutes its end, too.
 * Then come causes that explain it: this computer, the server, another rule. `missing` says which of a rule's two conditions is meant.
 */
export function holdOf(condition: Held, missing: boolean, context: HoldContext): Hold | null {
  const rule = context.index.byId.get(condition.ruleId);
  const server = context.servers.get(condition.serverId);
  if (rule === undefined || server === undefined) return null;
  const muted = muteOf(rule, server, condition.subject, context);
  if (muted !== null) return muted;
  if (server.id === computerId) return null;
  if (context.computerOut) return { reason: 'computer', mute: false };
  if (isBehindLost(server, context.servers)) return { reason: 'server', mute: false };
  if (isOut(server) && !ownMetrics.some((metric) => metric === rule.metric)) return { reason: 'server', mute: false };
  if (condition.missing && !missing) return { reason: 'dependency', mute: false };
  return rule.dependsOn.some((dependency) => explains(dependency, condition, server, context)) ? { reason: 'dependency', mute: false } : null;
}

function muteOf(rule: AlertRule, server: ServerInput, subject: string, { input, index }: HoldContext): Hold | null {
  const { nowMs } = input;
  const within = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) => fromMs <= nowMs && nowMs < untilMs;
  if (input.maintenance.some((span) => within(span) && span.serverIds.includes(server.id))) return { reason: 'maintenance', mute: true };
  const silent = input.silences.some(
    (silence) =>
      within(silence) &&
      (silence.rules?.some((id) => id === rule.id || id === causeOf(rule)) ?? true) &&
      (silence.serverIds?.includes(server.id) ?? true) &&
      (silence.subjects?.includes(subject) ?? true),
  );
  if (silent) return { reason: 'silence', mute: true };
  return index.hoursOpen(rule, server, nowMs) ? null : { reason: 'hours', mute: true };
}

function explains({ rule, on }: AlertRule['dependsOn'][number], condition: Held, server: ServerInput, { wrong, servers }: HoldContext): boolean {
  const candidates = wrong.get(rule) ?? [];
  if (on === 'stack') {
    const stacks = stacksOf(server, condition.subject);
    return candidates.some((each) => {
      const other = servers.get(each.serverId);
      return other !== undefined && stacksOf(other, each.subject).some((stack) => stacks.includes(stack));
    });
  }
  const here = candidates.filter(({ serverId }) => serverId === server.id);
  if (on === 'server') return here.length > 0;
  const line = lineage(server, condition.subject);
  return here.some(({ subject }) => line.includes(subject));
}

/** A subject, what it runs on, and so on. */
function lineage(server: ServerInput, subject: string): string[] {
  const line = [subject];
  for (let parent = server.subjects[subject]?.parent; parent !== undefined && !line.includes(parent); parent = server.subjects[parent]?.parent)
    line.push(parent);
  return line;
}
