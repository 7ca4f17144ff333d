import { type AlertRule, causeOf } from '../../../shared/model/alertRule.ts';
import { figureFindings } from './figureLint.ts';
import type { LintContext, RuleFinding } from './lintTypes.ts';
import { orderFindings } from './orderLint.ts';
import { canMeet } from './scopeMeeting.ts';

/** Holds rules against each other and against what is known. In the order of the rules. */
export function lintRules(rules: readonly AlertRule[], context: LintContext): RuleFinding[] {
  const findings = rules.flatMap((rule) => [...nameFindings(rule, rules, context), ...figureFindings(rule, context)]);
  findings.push(...orderFindings(rules), ...circleFindings(rules));
  const order = new Map(rules.map(({ id }, index) => [id, index]));
  return findings.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

/** Everything that a rule names has to be there. */
function nameFindings(rule: AlertRule, rules: readonly AlertRule[], { metrics, runbooks, hours, thresholds, switchedOff = [] }: LintContext): RuleFinding[] {
  const found: RuleFinding[] = [];
  const error = (check: string, message: string) => found.push({ id: rule.id, check, severity: 'error', message });
  if (rules.filter(({ id }) => id === rule.id).length > 1) error('unique-id', `there is more than one rule "${rule.id}"`);
  const named = metrics.filter(({ name }) => name === rule.metric);
  if (named.length === 0) error('metric-known', `nothing measures "${rule.metric}", so the rule would never hold`);
  else if (!named.some(({ on }) => on === rule.on)) {
    error('metric-subject', `"${rule.metric}" is measured of ${named.map(({ on }) => on).join(', ')}, not of ${rule.on}`);
  }
  if (rule.runbook !== null && !runbooks.includes(rule.runbook)) error('runbook-known', `there is no runbook "${rule.runbook}"`);
  if (!['environment', 'always', ...hours.hours.map(({ id }) => id)].includes(rule.schedule)) error('hours-known', `there are no hours "${rule.schedule}"`);
  for (const { rule: other } of rule.dependsOn) {
    if (!rules.some(({ id }) => id === other) && !switchedOff.includes(other)) error('dependency-known', `it depends on "${other}", which is no rule`);
  }
  for (const reference of rule.references) {
    if (reference.startsWith('t') && thresholds !== null && !thresholds.includes(reference))
      error('threshold-known', `"${reference}" is no threshold of the field`);
  }
  for (const other of rules) {
    if (
      other.id !== rule.id &&
      causeOf(other) === causeOf(rule) &&
      (other.group !== rule.group || other.on !== rule.on) &&
      canMeet(other.appliesTo, rule.appliesTo)
    ) {
      error('cause-mixed', `"${other.id}" has the same cause, but another subject or group: they would be two alerts`);
    }
  }
  return found;
}

/** Rules that silence each other would both be silent. */
function circleFindings(rules: readonly AlertRule[]): RuleFinding[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    byId.get(from)?.dependsOn.some(({ rule }) => rule === to || (!seen.has(rule) && reaches(rule, to, seen.add(rule)))) ?? false;
  return rules
    .filter(({ id }) => reaches(id, id, new Set()))
    .map(({ id }) => ({ id, check: 'dependency-circle', severity: 'error', message: 'it depends on itself by way of others: each would silence the other' }));
}
