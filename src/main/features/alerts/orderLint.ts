import { type AlertRule, causeOf } from '../../../shared/model/alertRule.ts';
import type { RuleFinding } from './lintTypes.ts';
import { bySeverity, canMeet } from './scopeMeeting.ts';

/** Rules that contradict each other: the same thing judged twice, or what is worse told earlier. */
export function orderFindings(rules: readonly AlertRule[]): RuleFinding[] {
  const found: RuleFinding[] = [];
  for (const [index, one] of rules.entries()) {
    for (const other of rules.slice(index + 1)) {
      if (!isComparable(one, other)) continue;
      const difference = bySeverity(other, one);
      const [milder, worse] = difference >= 0 ? [one, other] : [other, one];
      if (difference === 0)
        found.push({ id: other.id, check: 'judged-twice', severity: 'error', message: `"${one.id}" judges ${one.metric} of the same things, as severe` });
      else if (!isFurther(worse, milder)) {
        const message = `${worse.severity} at ${worse.value}, while "${milder.id}" is only ${milder.severity} at ${milder.value}: what is milder has to come first (X-118)`;
        found.push({ id: worse.id, check: 'severity-order', severity: 'error', message });
      }
    }
    if (lacksStep(one, rules)) {
      found.push({
        id: one.id,
        check: 'no-step-before',
        severity: 'warning',
        message: 'nothing warns before it is critical: add a rule of the same cause (X-119)',
      });
    }
  }
  return found;
}

function isComparable(one: AlertRule, other: AlertRule): boolean {
  const direction = ({ comparator }: AlertRule) => comparator.charAt(0);
  return one.metric === other.metric && one.on === other.on && direction(one) === direction(other) && canMeet(one.appliesTo, other.appliesTo);
}

function isFurther(worse: AlertRule, milder: AlertRule): boolean {
  if (!/^[<>]/.test(worse.comparator)) return true;
  return worse.comparator.startsWith('>') ? worse.value > milder.value : worse.value < milder.value;
}

/** A share of something that fills up can be seen coming. */
function lacksStep(rule: AlertRule, rules: readonly AlertRule[]): boolean {
  if (rule.severity !== 'critical' || !rule.metric.endsWith('UsedRatio')) return false;
  return !rules.some((other) => other.severity !== 'critical' && causeOf(other) === causeOf(rule) && isComparable(other, rule));
}
