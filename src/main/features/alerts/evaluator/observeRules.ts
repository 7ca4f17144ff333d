import { type AlertRule, holds } from '../../../../shared/model/alertRule.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import { conditionKey, isWorthKeeping, stepCondition } from './conditionRules.ts';
import { ownMetrics } from './connectionRules.ts';
import type { ConditionState, ServerMemory } from './evaluatorState.ts';
import type { EvaluatorConfig, ServerInput } from './evaluatorTypes.ts';
import { applies, createHoursClock, kindOf } from './scopeRules.ts';

/** The rules as evaluation looks for them. */
export interface RuleIndex {
  byId: ReadonlyMap<string, AlertRule>;
  byMetric: ReadonlyMap<string, readonly AlertRule[]>;
  gapMs: number;
  hoursOpen(rule: AlertRule, server: ServerInput, atMs: number): boolean;
}

export function indexRules(config: EvaluatorConfig): RuleIndex {
  const byMetric = Map.groupBy(config.rules, ({ metric }) => metric);
  return { byId: new Map(config.rules.map((rule) => [rule.id, rule])), byMetric, gapMs: config.settings.gapS * 1000, hoursOpen: createHoursClock(config) };
}

/** A series without values for so long is missed no more. */
const forgottenMs = 7 * 86_400_000;

type Conditions = Record<string, ConditionState>;

/** Conditions as they are changed, and which rules have any, by server: most readings are good, and of rules that have none. */
export interface Observed {
  conditions: Conditions;
  known: Map<string, Set<string>>;
}

/** Begins to change conditions; those given stay as they are. */
export function observe(given: Readonly<Conditions>): Observed {
  const known = new Map<string, Set<string>>();
  for (const { serverId, ruleId } of Object.values(given)) noteRule(known, serverId, ruleId);
  return { conditions: { ...given }, known };
}

function noteRule(known: Observed['known'], serverId: string, ruleId: string): void {
  const rules = known.get(serverId);
  if (rules === undefined) known.set(serverId, new Set([ruleId]));
  else rules.add(ruleId);
}

/** Takes readings of one moment into the conditions, which are changed. Outside of a rule's hours no window goes on. */
export function takeReadings(
  { conditions, known }: Observed,
  index: RuleIndex,
  server: ServerInput,
  at: { atMs: number; heardMs: number; readings: readonly Reading[] },
): void {
  for (const { subject, metric, value } of at.readings) {
    const rules = index.byMetric.get(metric);
    if (rules === undefined || !Number.isFinite(value)) continue;
    for (const rule of rules) {
      const isGood = rule.missing.policy !== 'alert' && !holds(rule.comparator, value, rule.value);
      // Most of a healthy fleet: nothing to remember, nothing to begin.
      if (isGood && known.get(server.id)?.has(rule.id) !== true) continue;
      if (rule.on !== kindOf(server.id, subject) || !applies(rule, server, subject)) continue;
      const key = conditionKey(rule.id, server.id, subject);
      const before = conditions[key];
      if (before === undefined && isGood) continue;
      if (!index.hoursOpen(rule, server, at.atMs)) {
        if (before?.phase === 'pending') delete conditions[key];
        else if (before !== undefined) conditions[key] = { ...before, lastAtMs: at.atMs, lastHeardMs: at.heardMs, missing: false };
        continue;
      }
      const after = stepCondition(before, rule, { serverId: server.id, subject, atMs: at.atMs, value, heardMs: at.heardMs }, index.gapMs);
      if (isWorthKeeping(after, rule)) {
        conditions[key] = after;
        noteRule(known, server.id, rule.id);
      } else if (before !== undefined) delete conditions[key];
    }
  }
}

/** Takes the samples of a server; those not newer than what was seen are left out. Returns what is remembered of it. */
export function takeSamples(observed: Observed, index: RuleIndex, server: ServerInput, memory: ServerMemory): ServerMemory {
  let { sampleAtMs, heardMs } = memory;
  for (const { atMs, readings } of server.samples) {
    if (sampleAtMs !== null && atMs <= sampleAtMs) continue;
    const elapsed = sampleAtMs === null ? 0 : atMs - sampleAtMs;
    if (elapsed <= index.gapMs) heardMs += elapsed;
    sampleAtMs = atMs;
    takeReadings(observed, index, server, { atMs, heardMs, readings });
  }
  return { ...memory, sampleAtMs, heardMs };
}

/** How conditions ended whose series has no value any more. */
export type Ended = Map<string, 'noData' | 'gone'>;

/**
 * Looks for conditions that hang in the air: their rule is gone or is not for them any more, their server or probe has left, or their series has
 * had no value for too long though the server was heard. Changes the conditions, and returns the firing ones that it ended.
 */
export function endLost(
  conditions: Conditions,
  index: RuleIndex,
  servers: ReadonlyMap<string, ServerInput>,
  memory: Readonly<Record<string, ServerMemory>>,
): Ended {
  const ended: Ended = new Map();
  for (const [key, condition] of Object.entries(conditions)) {
    const rule = index.byId.get(condition.ruleId);
    const server = servers.get(condition.serverId);
    const subject = server?.subjects[condition.subject];
    // All probes of a server are among its subjects: one that is not was removed, or is to ask no more.
    const hasLeft = rule?.on === 'probe' && subject === undefined;
    if (rule === undefined || server === undefined || hasLeft || !applies(rule, server, condition.subject)) {
      delete conditions[key];
      ended.set(key, 'gone');
      continue;
    }
    if (ownMetrics.some((metric) => metric === rule.metric)) continue;
    if (subject?.resting === true) {
      conditions[key] = { ...condition, lastHeardMs: memory[condition.serverId]?.heardMs ?? condition.lastHeardMs };
      continue;
    }
    const unseenMs = (memory[condition.serverId]?.heardMs ?? 0) - condition.lastHeardMs;
    if (unseenMs <= rule.missing.afterS * 1000) continue;
    if (rule.missing.policy === 'resolve' || unseenMs > forgottenMs) {
      delete conditions[key];
      ended.set(key, rule.missing.policy === 'resolve' ? 'noData' : 'gone');
    } else if (rule.missing.policy === 'alert') {
      const phase = condition.phase === 'pending' ? ('ok' as const) : condition.phase;
      conditions[key] = { ...condition, phase, missing: true };
    } else if (condition.phase === 'pending') delete conditions[key];
  }
  return ended;
}
