import { stringify } from 'yaml';
import { type AlertRule, alertRuleSchema } from '../../../shared/model/alertRule.ts';
import type { RuleProblem } from '../../../shared/model/alertRuleView.ts';
import { readYaml } from '../../commands/readYaml.ts';
import type { LintContext, RuleFinding } from './lintTypes.ts';
import { lintRules } from './rulesLint.ts';

/** A rule as read from a text, with what is wrong with it. `rule` null: it cannot be read. */
export interface ReadRule {
  rule: AlertRule | null;
  problems: RuleProblem[];
}

/** The field that a check is about; of others the problem is told of the whole rule. */
const fields: Record<string, string> = {
  'unique-id': 'id',
  'metric-known': 'metric',
  'metric-subject': 'on',
  'runbook-known': 'runbook',
  'hours-known': 'schedule',
  'dependency-known': 'dependsOn',
  'dependency-circle': 'dependsOn',
  'threshold-known': 'references',
  'cause-mixed': 'cause',
  'ratio-range': 'value',
  'flag-value': 'value',
  'flag-comparator': 'comparator',
  'no-duration': 'sustainedS',
  'no-clear': 'clear',
  'memory-of-vllm': 'appliesTo',
  'idle-without-hours': 'schedule',
  'time-without-scope': 'appliesTo',
  'cache-without-scope': 'appliesTo',
  'judged-twice': 'metric',
  'severity-order': 'value',
  'no-step-before': 'severity',
};

/** Reads the YAML of one rule and judges it beside `others`, those of the same id left out. Problems name their lines. */
export function readRuleText(text: string, others: readonly AlertRule[], context: LintContext): ReadRule {
  const yaml = readYaml(text);
  const whole = (line: number | null, check: string, message: string): RuleProblem => ({ line, path: '', check, severity: 'error', message });
  if (!yaml.ok) return { rule: null, problems: yaml.problems.map(({ line, problem }) => whole(line, 'yaml', problem)) };
  const parsed = alertRuleSchema.safeParse(yaml.value);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, 50)
      .map(({ path, message }) => ({ ...whole(yaml.lineOf(path) ?? 1, 'schema', message), path: path.map(String).join('.') }));
    return { rule: null, problems };
  }
  return { rule: parsed.data, problems: problemsOf(parsed.data, others, context, (path) => yaml.lineOf(path)) };
}

/** What is to be said about a rule beside others. `lineOf`: where a field stands in its text. */
function problemsOf(rule: AlertRule, others: readonly AlertRule[], context: LintContext, lineOf: (path: string[]) => number | null): RuleProblem[] {
  const placed = ({ check, severity, message }: RuleFinding): RuleProblem => {
    const path = fields[check];
    return { line: path === undefined ? 1 : (lineOf([path]) ?? 1), path: path ?? '', check, severity, message };
  };
  const all = [...others.filter(({ id }) => id !== rule.id), rule];
  return lintRules(all, context)
    .filter(({ id }) => id === rule.id)
    .map(placed)
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** A rule as text, in the order in which the shipped files have it; what narrows nothing is left out. */
export function ruleText(rule: AlertRule): string {
  const { appliesTo, dependsOn, group, ...rest } = rule;
  const parts = {
    ...(group === 'subject' ? {} : { group }),
    ...(Object.keys(appliesTo).length === 0 ? {} : { appliesTo }),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
  };
  const { runbook, references, ...head } = rest;
  return stringify({ ...head, ...parts, runbook, references }, { lineWidth: 120 });
}
