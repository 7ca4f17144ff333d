import { AppError } from '../../shared/errors.ts';

/**
 * One word of POSIX shell text that stands for exactly `value`, whatever is in it: spaces, quotes, `$`, newlines. A NUL cannot be
 * a word of any command: throws `input.invalid`.
 */
export function shellQuote(value: string): string {
  if (value.includes('\0')) throw new AppError('input.invalid', { issues: [{ path: 'command', message: 'a word of a command cannot hold a NUL' }] });
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** A simple command of these words: the first is the program, each of the others reaches it as one argument. Throws as `shellQuote`. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
