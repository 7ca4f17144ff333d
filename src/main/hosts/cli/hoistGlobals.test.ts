import { expect, it } from 'vitest';
import { hoistGlobals } from './hoistGlobals.ts';

it.each([
  ['servers list --json', '--json servers list'],
  ['--data /d servers add a --host h --quiet', '--data /d --quiet servers add a --host h'],
  ['servers list --data=/d', '--data=/d servers list'],
  ['exec all --json -- ls --json', '--json exec all -- ls --json'],
  ['exec all ls --json', 'exec all ls --json'],
  ['exec all --canary ls --data x', 'exec all --canary ls --data x'],
  ['', ''],
])('%s becomes %s', (given, expected) => {
  expect(hoistGlobals(given.split(' ')).join(' ')).toBe(expected);
});

it('leaves a --data without its directory for the parser to complain of', () => {
  expect(hoistGlobals(['servers', '--data'])).toEqual(['--data', 'servers']);
});
