import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAlertCatalogue } from './alertCatalogue.ts';
import { knownMetrics } from './knownMetrics.ts';
import type { LintContext } from './lintTypes.ts';
import { readRuleText, ruleText } from './ruleText.ts';
import { testRule } from './testing/watch.ts';

const context: LintContext = { metrics: knownMetrics(), runbooks: ['triage'], hours: { hours: [], environments: {} }, thresholds: null };
const text = ruleText(testRule({ clear: 0.7, runbook: 'triage' }));
const problems = (changed: string) => readRuleText(changed, [], context).problems.map(({ line, path, check, severity }) => [line, path, check, severity]);
const lineOf = (word: string) => text.split('\n').findIndex((line) => line.startsWith(word)) + 1;

test('every shipped rule is text and back the same', async () => {
  const { rules } = await readAlertCatalogue(join(import.meta.dirname, '../../../../resources/alerts'));
  expect(rules.length).toBeGreaterThan(60);
  for (const { rule } of rules) expect(readRuleText(ruleText(rule), [], context).rule, rule.id).toEqual(rule);
});

describe('what is wrong with a text', () => {
  test('stands at its line, whether it is no YAML, no rule, or makes no sense', () => {
    expect(readRuleText('id: [', [], context)).toMatchObject({ rule: null, problems: [{ check: 'yaml', severity: 'error' }] });
    expect(problems(text.replace('value: 0.8', 'value: much'))).toEqual([[lineOf('value'), 'value', 'schema', 'error']]);
    expect(problems(text.replace('clear: 0.7', 'clear: 0.9'))).toEqual([[lineOf('clear'), 'clear', 'schema', 'error']]);
    expect(problems(text.replace('metric: cpuUsedRatio', 'metric: happiness'))).toEqual([[lineOf('metric'), 'metric', 'metric-known', 'error']]);
    expect(problems(text.replace('runbook: triage', 'runbook: nothing'))).toEqual([[lineOf('runbook'), 'runbook', 'runbook-known', 'error']]);
  });

  test('is looked for beside the others, not beside the rule that it stands for', () => {
    const same = testRule({ clear: 0.7, runbook: 'triage' });
    expect(readRuleText(text, [same], context).problems).toEqual([]);
    const dependent = ruleText(testRule({ id: 'other', metric: 'load1', runbook: 'triage', dependsOn: [{ rule: 'cpu', on: 'server' }] }));
    expect(readRuleText(dependent, [same], context).problems.filter(({ check }) => check === 'dependency-known')).toEqual([]);
    expect(readRuleText(dependent, [], context).problems).toMatchObject([{ check: 'dependency-known', path: 'dependsOn' }]);
  });
});
