import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputDefinition } from './inputDefinition.ts';
import { inputProblem, inputVariable, readInputs } from './inputValues.ts';

const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRhZ2dlcnMgYXJlIG5vdCBrZXlzLCBidXQgYnl0ZXMgYXI= ops@laptop';
const input = (name: string, type: InputDefinition['type'], rest: Partial<InputDefinition> = {}): InputDefinition => ({ name, title: name, type, ...rest });

describe('readInputs', () => {
  test('fills in defaults and keeps what was given', () => {
    const read = readInputs([input('login', 'login', { default: 'ops' }), input('port', 'port', { default: '8000' })], { port: '9000' });
    expect(read).toEqual({ values: { login: 'ops', port: '9000' }, problems: [] });
  });

  test('names every problem at once: unknown, missing, refused', () => {
    const read = readInputs([input('login', 'login'), input('port', 'port')], { port: '0', colour: 'red' });
    expect(read.problems.map((problem) => problem.name)).toEqual(['colour', 'login', 'port']);
  });

  test('an empty value is refused unless the default is empty too', () => {
    expect(readInputs([input('key', 'public-key', { default: '' })], {}).problems).toEqual([]);
    expect(readInputs([input('key', 'public-key')], { key: '' }).problems).toHaveLength(1);
    expect(readInputs([input('size', 'size-mib', { default: '4' })], { size: '' }).problems).toHaveLength(1);
  });
});

describe('inputProblem', () => {
  const accepted: [InputDefinition['type'], string][] = [
    ['text', 'anything: "at" all $(here)'],
    ['number', '-1.5'],
    ['boolean', 'false'],
    ['login', 'ops-1'],
    ['public-key', ed25519],
    ['size-mib', '0'],
    ['size-mib', '4096'],
    ['port', '65535'],
  ];
  test.each(accepted)('%s accepts %s', (type, value) => {
    expect(inputProblem({ type }, value)).toBeNull();
  });

  const refused: [InputDefinition['type'], string][] = [
    ['text', 'two\nlines'],
    ['number', '1e5'],
    ['boolean', 'yes'],
    ['login', 'Ops'],
    ['login', '-rf'],
    ['login', ''],
    ['public-key', 'ssh-ed25519'],
    ['public-key', 'ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAABAQC7d0k0b1Zk0c9x5v5c'],
    ['public-key', `command="rm -rf /" ${ed25519}`],
    ['public-key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['size-mib', '-1'],
    ['size-mib', '4G'],
    ['size-mib', '007'],
    ['port', '65536'],
    ['port', '80 81'],
  ];
  test.each(refused)('%s refuses %j', (type, value) => {
    expect(inputProblem({ type }, value)).toEqual(expect.any(String));
  });

  test('a choice is one of its choices', () => {
    expect(inputProblem({ type: 'choice', choices: ['none', 'all'] }, 'all')).toBeNull();
    expect(inputProblem({ type: 'choice', choices: ['none', 'all'] }, 'some')).toContain('none, all');
  });

  test('no type but text lets through what a shell could read as more than a word', () => {
    const types: InputDefinition['type'][] = ['number', 'boolean', 'login', 'size-mib', 'port'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.string(), (type, value) => {
        if (inputProblem({ type }, value) === null) expect(value).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
  });

  test('no value with a control character passes', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('\n', '\r', '\0', '\u001b'), fc.string(), (before, control, after) => {
        expect(inputProblem({ type: 'text' }, before + control + after)).not.toBeNull();
      }),
    );
  });
});

test('variables are named in upper snake case', () => {
  expect(inputVariable('operatorLogin')).toBe('PH_OPERATOR_LOGIN');
  expect(inputVariable('swapSizeMib')).toBe('PH_SWAP_SIZE_MIB');
});
