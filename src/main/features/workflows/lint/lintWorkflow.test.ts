// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is judged here
import { expect, test } from 'vitest';
import type { WorkflowFinding } from '../../../../shared/model/workflowLint.ts';
import { factPathProblem } from './factPaths.ts';
import { lintWorkflow } from './lintWorkflow.ts';
import { shellcheck } from './shellcheck.ts';

const text = `id: greet
version: 1
title: Greet
summary: Says hello.
kind: checklist
inputs:
  - { name: whom, title: Whom, type: text, default: you }
  - { name: token, title: Token, type: secret, default: '' }
steps:
  - id: hello
    title: Hello
    why: Politeness.
    sudo: false
    effect: idempotent
    risk: none
    timeoutS: 5
    when: { fact: gpu.devices, atLeast: 1 }
    check: |
      set -eu
      if [ -e "/tmp/$PH_WHOM" ]; then echo 'it was said'; exit 0; fi
      echo 'not yet'
      exit 1
    apply: |
      set -eu
      touch "/tmp/$PH_WHOM"
`;
const known = { workflows: new Set(['greet']), stacks: new Set(['privaxai']) };
const none = async () => [];
const line = ({ severity, rule, place, line: at, problem }: WorkflowFinding) => `${severity} ${at} ${rule} ${place}: ${problem}`;
const lint = async (changed: string, check: typeof shellcheck = none) => lintWorkflow('greet.yaml', changed, known, check);
const found = async (from: string, to: string) => {
  expect(text).toContain(from);
  return (await lint(text.replace(from, to))).findings.map(line);
};

test('a definition as it should be has no findings', async () => {
  expect(await lint(text)).toEqual({ source: 'greet.yaml', findings: [], scripts: 2, shellcheck: true });
});

test.each([
  ['a value of the wrong kind', 'timeoutS: 5', 'timeoutS: soon', ['error 16 schema steps.0.timeoutS: Invalid input: expected number, received string']],
  [
    'a step that is not there',
    'when: { fact: gpu.devices, atLeast: 1 }',
    'needs: [other]',
    ['error 17 schema steps.hello.needs: there is no earlier step other'],
  ],
  [
    'a fact that is not there',
    'gpu.devices',
    'gpu.cards',
    [expect.stringMatching(/^error 17 reference steps\.hello\.when: facts\.gpu have no cards; there is: .*devices/)],
  ],
  ['a stack that is not there', 'kind: checklist', 'kind: checklist\nstacks: [other]', ['error 6 reference stacks: there is no stack other']],
  [
    'a template in a script',
    'touch "/tmp/$PH_WHOM"',
    'touch "/tmp/${inputs.whom}"',
    ['error 23 convention steps.hello.apply: ${inputs.whom} is not filled in scripts: a value reaches them as an environment variable, PH_…'],
  ],
  ['a variable of no input', 'touch "/tmp/$PH_WHOM"', 'touch "/tmp/$PH_WHO"', ['error 23 convention steps.hello.apply: there is no input for PH_WHO']],
  [
    'a secret that the step does not name',
    'touch "/tmp/$PH_WHOM"',
    'cat "$PH_SECRETS/TOKEN"',
    [
      'error 23 convention steps.hello.apply: it reads PH_SECRETS, but the step names no secrets',
      'error 23 convention steps.hello.apply: the step names no secret that would be in PH_SECRETS/TOKEN',
    ],
  ],
  [
    'no set -eu',
    '    apply: |\n      set -eu\n',
    '    apply: |\n',
    ['warning 23 convention steps.hello.apply: it does not begin with "set -eu", so it goes on after a failure'],
  ],
])('%s is named with its line', async (_what, from, to, expected) => {
  expect(await found(from, to)).toEqual(expected);
});

test('a check that prints nothing proves nothing', async () => {
  const changed = text.replace("echo 'it was said'; exit 0", 'exit 0').replace("      echo 'not yet'\n", '');
  expect((await lint(changed)).findings.map(line)).toEqual([
    'warning 18 convention steps.hello.check: it prints nothing, so there is no line that proves what it found',
  ]);
});

test('sub-workflows and stacks of steps must be there; a stack that is an input is not judged', async () => {
  const step = (kind: string, more: string) => `  - { kind: ${kind}, id: ${kind}, title: T, why: W, ${more} }\n`;
  const steps = [
    step('workflow', 'workflow: nowhere'),
    step('stack', 'action: lint, stack: nowhere'),
    step('stack', "action: lint, stack: '${inputs.whom}'").replace('id: stack', 'id: other'),
  ];
  expect((await lint(`${text}${steps.join('')}`)).findings.map(line)).toEqual([
    'error 26 reference steps.workflow.workflow: there is no workflow nowhere',
    'error 27 reference steps.stack.stack: there is no stack nowhere',
  ]);
});

test('shellcheck reads every script, and its lines are those of the file', async () => {
  const { findings, shellcheck: ran } = await lint(text.replace('touch "/tmp/$PH_WHOM"', 'touch /tmp/$PH_WHOM'), shellcheck);
  expect(ran).toBe(true);
  expect(findings.map(line)).toEqual([expect.stringMatching(/^warning 25 SC2086 steps\.hello\.apply: Double quote/)]);
});

test('without shellcheck that is said, and the rest is judged', async () => {
  const report = await lint(text.replace('$PH_WHOM"\n`', '$PH_WHO"'), async () => null);
  expect(report).toMatchObject({ shellcheck: false, scripts: 2 });
});

test('what is no YAML is told with its line', async () => {
  expect((await lint('id: a\nid: b\n')).findings.map(line)).toEqual(['error 2 schema : the key id appears twice']);
});

test.each([
  ['gpu.devices', null],
  ['os.id', null],
  ['os', null],
  ['os.id.more', 'facts.os.id have no more'],
])('the path %s into the facts', (path, problem) => {
  expect(factPathProblem(path)).toBe(problem);
});
