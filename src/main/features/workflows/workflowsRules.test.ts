import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { ownKeyInputs, parseWorkflow, proofLine, stepMutates, workflowInputs } from './workflowsRules.ts';

const text = `id: greet
version: 1
title: Greet
summary: Says hello.
kind: checklist
inputs:
  - name: key
    title: Key
    type: public-key
    default: ''
  - name: port
    title: Port
    type: port
steps:
  - id: hello
    title: Hello
    why: Politeness.
    sudo: false
    effect: idempotent
    risk: none
    timeoutS: 5
    check: exit 1
    apply: echo hello
    verify: exit 0
`;

function issues(source: string, changed: string): string[] {
  try {
    parseWorkflow(source, changed);
    return [];
  } catch (error) {
    if (!AppError.is(error, 'workflow.definition-invalid')) throw error;
    expect(error.data.source).toBe(source);
    return error.data.issues;
  }
}

test('reads a definition', () => {
  expect(parseWorkflow('greet.yaml', text)).toMatchObject({ id: 'greet', inputs: [{ name: 'key' }, { name: 'port' }], steps: [{ id: 'hello' }] });
});

test.each([
  ['a value of the wrong kind', text.replace('timeoutS: 5', 'timeoutS: soon'), [/^line 21: steps\.0\.timeoutS: /]],
  ['a missing field', text.replace('    apply: echo hello\n', ''), [/^line \d+: steps\.hello\.apply: a step that changes something needs one/]],
  ['a field that does not exist', text.replace('sudo: false', 'sudo: false\n    proveLogn: key'), [/^line \d+: steps\.0\.proveLogn: there is no such field/]],
  ['a key that appears twice', text.replace('sudo: false', 'sudo: false\n    sudo: true'), [/^line 19: the key sudo appears twice/]],
  ['an input that does not exist', text.replace('sudo: false', 'sudo: false\n    proveLogin: login'), [/no input login/]],
  ['two steps of one name', `${text}${text.slice(text.indexOf('  - id: hello'))}`, [/^line \d+: steps: hello appears twice/]],
  ['a default that its type refuses', text.replace("default: ''", 'default: none'), [/^line \d+: inputs\.key\.default: /]],
  ['a choice without choices', text.replace('type: port', 'type: choice'), [/^line \d+: inputs\.port: a choice needs choices/]],
  ['a list', '- a\n', [/mapping/]],
])('%s is named with its place', (_what, changed, expected) => {
  const found = issues('greet.yaml', changed);
  expect(found).toHaveLength(expected.length);
  expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});

test('a file is called after its workflow', () => {
  expect(issues('hello.yaml', text)).toEqual(['line 1: id: the file of greet must be called greet.yaml']);
});

test('inputs are refused by name before anything is started', () => {
  const definition = parseWorkflow('greet.yaml', text);
  expect(workflowInputs(definition, { port: '22' })).toEqual({ key: '', port: '22' });
  expect(() => workflowInputs(definition, {})).toThrow(
    expect.objectContaining({ code: 'workflow.input-invalid', data: { name: 'port', problem: 'a value is needed' } }),
  );
});

test('a key left empty stands for the own key of each server', () => {
  const definition = parseWorkflow('greet.yaml', text);
  expect(ownKeyInputs(definition, { key: '', port: '22' })).toEqual(['key']);
  expect(ownKeyInputs(definition, { key: 'ssh-ed25519 AAAA', port: '22' })).toEqual([]);
});

test.each([
  ['a command', text, true],
  ['a look', text.replace('effect: idempotent', 'effect: read').replace('    apply: echo hello\n', ''), false],
])('whether %s changes the server', (_, changed, expected) => {
  const [step] = parseWorkflow('greet.yaml', changed).steps;
  expect(step !== undefined && step.kind !== 'workflow' && stepMutates(step)).toBe(expected);
});

test('the proof is the last line that says something', () => {
  expect(proofLine('looking\n  found it  \n\n')).toBe('found it');
  expect(proofLine('\n \n')).toBeNull();
  expect(proofLine('x'.repeat(300))).toHaveLength(200);
});
