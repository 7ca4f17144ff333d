import type { StepCondition, StepEnd } from '../../../../shared/model/stepCondition.ts';

/** What a condition is judged by, for one server. */
export interface ConditionWorld {
  inputs: Readonly<Record<string, string>>;
  /** Null: the server's facts are not known. */
  facts: unknown;
  environment: string;
  endOf(stepId: string): StepEnd | null;
  answerOf(stepId: string): string | null;
}

/** Whether a condition holds; `unknown` names what would have to be known, so that nothing is skipped for want of facts. */
export type Judgement = { holds: boolean } | { unknown: string };

/** Judges a condition. Unknown parts do not matter where the others decide. */
export function judge(condition: StepCondition, world: ConditionWorld): Judgement {
  if ('all' in condition) return combine(condition.all, world, false);
  if ('any' in condition) return combine(condition.any, world, true);
  if ('not' in condition) {
    const inner = judge(condition.not, world);
    return 'unknown' in inner ? inner : { holds: !inner.holds };
  }
  if ('input' in condition) return { holds: condition.is.includes(world.inputs[condition.input] ?? '') };
  if ('environment' in condition) return { holds: condition.environment.includes(world.environment) };
  if ('step' in condition) {
    const end = world.endOf(condition.step);
    const ended = condition.ended === undefined || (end !== null && condition.ended.includes(end));
    const answered = condition.answered === undefined || condition.answered.includes(world.answerOf(condition.step) ?? '');
    return { holds: ended && answered };
  }
  if (world.facts === null) return { unknown: `the facts of the server (${condition.fact})` };
  const value = factAt(world.facts, condition.fact);
  const size = Array.isArray(value) ? value.length : typeof value === 'number' ? value : value == null ? 0 : Number(value);
  const words = Array.isArray(value) ? value.map(String) : [String(value)];
  const enough = condition.atLeast === undefined || size >= condition.atLeast;
  const matches = condition.is === undefined || words.some((word) => condition.is?.includes(word) === true);
  return { holds: enough && matches && (condition.is !== undefined || condition.atLeast !== undefined || value != null) };
}

/** The value at a path such as `gpu.devices`; undefined where there is none. */
export function factAt(facts: unknown, path: string): unknown {
  let value: unknown = facts;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A condition in words, for the line that says why a step does not apply. */
export function conditionText(condition: StepCondition): string {
  if ('all' in condition) return condition.all.map(conditionText).join(' and ');
  if ('any' in condition) return condition.any.map(conditionText).join(' or ');
  if ('not' in condition) return `not (${conditionText(condition.not)})`;
  if ('input' in condition) return `${condition.input} is ${condition.is.join(' or ')}`;
  if ('environment' in condition) return `environment ${condition.environment.join(' or ')}`;
  if ('step' in condition) return `step ${condition.step}: ${[...(condition.ended ?? []), ...(condition.answered ?? [])].join(' or ')}`;
  if (condition.atLeast !== undefined) return `${condition.fact} at least ${condition.atLeast}`;
  return condition.is === undefined ? `${condition.fact} is known` : `${condition.fact} is ${condition.is.join(' or ')}`;
}

function combine(conditions: readonly StepCondition[], world: ConditionWorld, decisive: boolean): Judgement {
  const judged = conditions.map((each) => judge(each, world));
  if (judged.some((each) => 'holds' in each && each.holds === decisive)) return { holds: decisive };
  return judged.find((each) => 'unknown' in each) ?? { holds: !decisive };
}
