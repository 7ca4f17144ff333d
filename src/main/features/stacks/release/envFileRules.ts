/**
 * Writes secrets as an env file for `docker compose --env-file`: double quotes, with `\`, `"` and `$` escaped, so that every value
 * without control characters but line ends comes out as it went in. Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation
 */
export function writeEnvFile(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${value.replaceAll(/[\\"$]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"\n`)
    .join('');
}

/** Reads back what `writeEnvFile` wrote; other lines are ignored. */
export function readEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined)
      values[match[1]] = match[2].replaceAll(/\\(.)/g, (_whole, letter: string) => (letter === 'n' ? '\n' : letter));
  }
  return values;
}

/** What is wrong with a secret's value, or null. Never repeats the value. */
export function secretProblem(value: string, urlSafe: boolean): string | null {
  if (value === '') return 'the value is empty';
  if ([...value].some((character) => character < ' ' || character === '\u007f')) return 'the value has to be one line without control characters';
  if (urlSafe && !/^[A-Za-z0-9._~-]+$/.test(value)) return 'it is part of an address, so only letters, digits, ".", "_", "~" and "-" can be used';
  return null;
}
