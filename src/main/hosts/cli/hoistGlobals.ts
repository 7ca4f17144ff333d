const flags = new Set(['--json', '--quiet', '--no-color']);
/** Options of `exec` whose next word is their value. */
const valuedOfExec = new Set(['--concurrency', '--timeout', '--confirm', '--again']);

/**
 * Moves the options that every verb knows (`--json`, `--quiet`, `--no-color`, `--data DIR`) to the front, so that they may stand
 * anywhere: `pilothouse servers list --json`. What follows `--`, or the selector of `exec`, belongs to the command that is run; where
 * `exec` was given none, `--` is put in front of that command, so that its options are never taken for ours or ours for its.
 */
export function hoistGlobals(argv: readonly string[]): string[] {
  const front: string[] = [];
  const rest: string[] = [];
  let positionals = 0;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const isCommandOfExec = rest[0] === 'exec' && positionals >= 2 && !word.startsWith('-');
    if (word === '--') return [...front, ...rest, ...argv.slice(index)];
    if (isCommandOfExec) return [...front, ...rest, '--', ...argv.slice(index)];
    if (flags.has(word) || word.startsWith('--data=')) front.push(word);
    else if (word === '--data') {
      front.push(word, ...argv.slice(index + 1, index + 2));
      index += 1;
    } else if (rest[0] === 'exec' && valuedOfExec.has(word)) {
      rest.push(word, ...argv.slice(index + 1, index + 2));
      index += 1;
    } else {
      rest.push(word);
      if (!word.startsWith('-')) positionals += 1;
    }
  }
  return [...front, ...rest];
}
