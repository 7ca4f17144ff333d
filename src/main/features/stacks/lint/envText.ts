import type { Place } from './yamlParts.ts';

/** A value of an env file with its place. */
export interface EnvValue {
  value: string;
  at: Place;
}

const maxLines = 20_000;

/**
 * Reads an env file: `NAME=value` and `export NAME=value` with comments and quotes; other lines are left out. The last of several counts.
 * Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 */
export function readEnv(file: string, text: string): Map<string, EnvValue> {
  const values = new Map<string, EnvValue>();
  for (const [index, line] of text.split('\n', maxLines).entries()) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/.exec(line.slice(0, 10_000));
    if (match?.[1] === undefined) continue;
    values.set(match[1], { value: unquote((match[2] ?? '').trim()), at: { file, line: index + 1 } });
  }
  return values;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(text);
  return quoted?.[2] ?? text.replace(/\s+#.*$/, '');
}
