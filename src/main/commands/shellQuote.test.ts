import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { shellQuote, shellWords } from './shellQuote.ts';

/** Arguments as a program receives them through a real shell that reads the command from its stdin. */
function received(shell: readonly [string, ...string[]], words: readonly string[]): string[] {
  const [program, ...args] = shell;
  const output = execFileSync(program, args, { input: `printf '%s\\0' ${shellWords(words)}\n` });
  return output.toString('utf8').split('\0').slice(0, -1);
}

describe('shellQuote', () => {
  it.each([
    ['plain', "'plain'"],
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['$(id) `id` "$HOME"', '\'$(id) `id` "$HOME"\''],
  ])('%j', (value, quoted) => expect(shellQuote(value)).toBe(quoted));

  it('refuses a NUL', () => {
    expect(() => shellQuote('a\0b')).toThrow(AppError);
  });

  const hostile = fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', '\r', '\t', ' ', '*', '~', '#', '-', 'a', '=', ';', '&', '|', '<'),
    maxLength: 24,
  });
  const anyText = fc.string({ unit: 'binary', maxLength: 24 }).filter((text) => !text.includes('\0'));
  const words = fc.array(fc.oneof(hostile, anyText), { minLength: 1, maxLength: 40 });

  it.each([
    ['sh', ['sh'] as const],
    ['dash', ['dash'] as const],
    ['bash', ['bash'] as const],
    ['busybox sh', ['busybox', 'sh'] as const],
  ])('any words pass through %s unchanged', (_name, shell) => {
    fc.assert(
      fc.property(words, (given) => {
        expect(received(shell, given)).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });
});
