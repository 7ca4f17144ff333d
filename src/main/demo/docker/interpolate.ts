/** A variable that a compose file demands and nobody gave, or a form that is none; `message` is what Compose says. */
export class InterpolationError extends Error {}

const reference = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])((?:[^{}]|\$\{[^}]*\})*))?\}|(.?))/g;

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME:+other}`; `$$` is a dollar. Unset
 * names become empty and are reported. Source: https://docs.docker.com/reference/compose-file/interpolation/.
 */
export function interpolate(text: string, environment: Readonly<Record<string, string>>, unset: (name: string) => void): string {
  return text.replaceAll(reference, (whole, dollar?: string, plain?: string, braced?: string, operator?: string, operand?: string) => {
    if (dollar) return '$';
    const name = plain ?? braced;
    if (name === undefined) throw new InterpolationError(`invalid interpolation format for "${whole}". You may need to escape any $ with another $`);
    const value = environment[name];
    const given = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    const other = (): string => interpolate(operand ?? '', environment, unset);
    switch (operator?.at(-1)) {
      case '-':
        return given ? (value ?? '') : other();
      case '+':
        return given ? other() : '';
      case '?':
        if (!given) throw new InterpolationError(`required variable ${name} is missing a value: ${other()}`);
        return value ?? '';
      default:
        if (value === undefined) unset(name);
        return value ?? '';
    }
  });
}

/** Reads an env file: `NAME=value`, quotes with the escapes of double ones, comments. Later lines win. */
export function readEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^#\n]*?))\s*(?:#.*)?$/.exec(line);
    if (match?.[1] === undefined) continue;
    values[match[1]] = match[2]?.replaceAll(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char)) ?? match[3] ?? match[4] ?? '';
  }
  return values;
}
