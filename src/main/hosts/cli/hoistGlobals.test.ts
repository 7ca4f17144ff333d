import { expect, it } from 'vitest';
import { hoistGlobals } from './hoistGlobals.ts';

it.each([
  ['servers list --json', '--json servers list'],
  ['--data /d servers add a --host h --quiet', '--data /d --quiet servers add a --host h'],
  ['servers list --data=/d', '--data=/d servers list'],
  ['exec all --json -- ls --json', '--json exec all -- ls --json'],
  ['exec all ls --json', 'exec all -- ls --json'],
  ['exec all --canary ls --data x', 'exec all --canary -- ls --data x'],
  ['exec all --canary -- ls', 'exec all --canary -- ls'],
  ['exec --concurrency 5 all --timeout 9 -- ls', 'exec --concurrency 5 all --timeout 9 -- ls'],
  ['exec all --concurrency 5 --sudo ls --sudo', 'exec all --concurrency 5 --sudo -- ls --sudo'],
  ['exec --again op_1 --json', '--json exec --again op_1'],
  ['', ''],
])('%s becomes %s', (given, expected) => {
  expect(hoistGlobals(given.split(' ')).join(' ')).toBe(expected);
});

it('leaves a --data without its directory for the parser to complain of', () => {
  expect(hoistGlobals(['servers', '--data'])).toEqual(['--data', 'servers']);
});
