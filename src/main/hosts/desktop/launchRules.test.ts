import { expect, test } from 'vitest';
import { dataArgument } from './launchRules.ts';

test.each([
  [['/usr/bin/pilothouse'], undefined],
  [['electron', '.', '--data', '/data'], '/data'],
  [['electron', '.', '--data=/da=ta', '--other'], '/da=ta'],
  [['electron', '.', '--data'], undefined],
  [['electron', '.', '--database', '/x'], undefined],
])('%j names %s', (argv, directory) => {
  expect(dataArgument(argv)).toBe(directory);
});
