const flags = new Set(['--json', '--quiet', '--no-color']);

/**
 * Moves the options that every verb knows (`--json`, `--quiet`, `--no-color`, `--data DIR`) to the front, so that they may stand
 * anywhere: `pilothouse servers list --json`. What follows `--`, or the selector of `exec`, belongs to the command that is run.
 */
export function hoistGlobals(argv: readonly string[]): string[] {
  const front: string[] = [];
  const rest: string[] = [];
  let positionals = 0;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const isCommandOfExec = rest[0] === 'exec' && positionals >= 2 && !word.startsWith('-');
    if (word === '--' || isCommandOfExec) return [...front, ...rest, ...argv.slice(index)];
    if (flags.has(word) || word.startsWith('--data=')) front.push(word);
    else if (word === '--data') {
      front.push(word, ...argv.slice(index + 1, index + 2));
      index += 1;
    } else {
      rest.push(word);
      if (!word.startsWith('-')) positionals += 1;
    }
  }
  return [...front, ...rest];
}
