import { shellQuote, shellWords } from './shellQuote.ts';

/** POSIX sh that runs one command of these words in the login's home directory and ends with its exit code. Throws as `shellQuote`. */
export function commandScript(words: readonly string[]): string {
  return `cd "\${HOME:-/}" 2>/dev/null || cd /\n${shellWords(words)}\n`;
}

/** A command as a person would type it: quoted only where a word needs it. For titles and messages, not for running. */
export function displayCommand(words: readonly string[]): string {
  return words.map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : shellQuote(word.replaceAll('\0', '')))).join(' ');
}
