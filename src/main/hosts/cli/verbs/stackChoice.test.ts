import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addChoiceOptions, type ChoiceOptions, choiceOf } from './stackChoice.ts';

function read(words: string[], roles = true) {
  const command = addChoiceOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }), { roles });
  return choiceOf(command.parse(words, { from: 'user' }).opts<ChoiceOptions>());
}

describe('choiceOf', () => {
  test('leaves to the server what was not said', () => {
    expect(read([])).toEqual({ parameters: {} });
  });

  test('takes parameters, profiles and roles, each as often as it is given', () => {
    const words = ['--set', 'model=a:1', '--set', 'tls=on', '--profile', 'gpu', '--profile', 'coder', '--role', 'nodes=group:cpu', '--role', 'front=web-1'];
    expect(read(words)).toEqual({
      parameters: { model: 'a:1', tls: 'on' },
      profiles: ['gpu', 'coder'],
      roles: { nodes: 'group:cpu', front: 'web-1' },
    });
  });

  test('tells no profile from those of the environment', () => {
    expect(read(['--no-profile'])).toEqual({ parameters: {}, profiles: [] });
  });

  test('refuses a role without a selector, and roles where nothing is placed', () => {
    expect(() => read(['--role', 'nodes'])).toThrow(/KEY=VALUE/);
    expect(() => read(['--role', 'nodes=a'], false)).toThrow(/unknown option/);
  });
});
