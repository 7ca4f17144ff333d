import { expect, test } from 'vitest';
import type { WorkflowLintReport } from '../../../../shared/model/workflowLint.ts';
import type { Output } from '../terminalText.ts';
import { lintLines } from './workflowTools.ts';

const output = { style: (_: string, text: string) => text } as unknown as Output;
const report = (change: Partial<WorkflowLintReport> = {}): WorkflowLintReport => ({
  source: 'greet.yaml',
  findings: [],
  scripts: 2,
  shellcheck: true,
  ...change,
});
const finding = { severity: 'error' as const, rule: 'schema', place: 'steps.hello.apply', line: 12, problem: 'is missing\u001b[2J' };

test('a finding is a line with its file, line, rule and place; control characters are taken out', () => {
  const lines = lintLines([report({ findings: [finding, { ...finding, severity: 'warning', line: null, place: '', problem: 'odd' }] })], output);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines).toEqual([
    expect.stringMatching(/^error {2}greet\.yaml:12 {2}schema {2}steps\.hello\.apply: is missing/),
    'warning  greet.yaml  schema  odd',
    '1 definitions with 2 scripts, read by shellcheck: 1 errors, 1 warnings',
  ]);
});

test('where shellcheck is not installed that is said', () => {
  expect(lintLines([report(), report({ shellcheck: false })], output)).toEqual([
    '2 definitions with 4 scripts, shellcheck is not installed, so their scripts were not read by it: 0 errors, 0 warnings',
  ]);
});
