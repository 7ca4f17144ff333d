import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEnvFile, secretProblem, writeEnvFile } from './envFileRules.ts';

test('what Compose would read as syntax is escaped', () => {
  expect(writeEnvFile({ A: 'plain', B: 'a"b$c\\d #e' })).toBe('A="plain"\nB="a\\"b\\$c\\\\d #e"\n');
});

test('every value that may be a secret comes out as it went in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), fc.string({ unit: 'grapheme', minLength: 1 })), (values) => {
      fc.pre(Object.values(values).every((value) => secretProblem(value, false) === null));
      expect(readEnvFile(writeEnvFile(values))).toEqual(values);
    }),
  );
});

test('lines of another form are left alone', () => {
  expect(readEnvFile('# note\nA=bare\nB="x"\n')).toEqual({ B: 'x' });
});

test.each([
  ['', false],
  ['two\nlines', false],
  ['with/slash', true],
  ['per%cent', true],
])('%j is no secret (in an address: %s)', (value, urlSafe) => {
  const problem = secretProblem(value, urlSafe);
  expect(problem).toEqual(expect.any(String));
  if (value !== '') expect(problem).not.toContain(value);
});

test('a generated secret fits into an address', () => {
  expect(secretProblem('aZ09-_.~', true)).toBeNull();
  expect(secretProblem('anything $else', false)).toBeNull();
});
