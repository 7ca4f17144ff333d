/** What a value in a payload has to be. */
export type JsonWant =
  | { is: string | number | boolean | null }
  | { oneOf: readonly (string | number | boolean)[] }
  | { above: number }
  | { below: number }
  | { atLeast: number }
  /** A text that holds this one. */
  | { contains: string }
  /** Whatever it is, it has to be there. */
  | { exists: true };

/** A place in a payload, as `checks.llm_loaded` or `data.0.id`, and what is wanted there. */
export type JsonRule = { path: string } & JsonWant;

/** What was found at the place of a rule. */
export interface JsonFinding {
  holds: boolean;
  text: string;
}

/** Judges a parsed payload by a rule. A number in quotes is a number for `above` and `below`. */
export function judgeJson(payload: unknown, rule: JsonRule): JsonFinding {
  const found = valueAt(payload, rule.path);
  const holds = found !== undefined && fits(found, rule);
  const shown = `${rule.path} is ${found === undefined ? 'not there' : (JSON.stringify(found)?.slice(0, 80) ?? 'nothing')}`;
  return { holds, text: holds ? shown : `${shown}, ${wanted(rule)} is wanted` };
}

function fits(found: unknown, rule: JsonRule): boolean {
  if ('is' in rule) return found === rule.is;
  if ('oneOf' in rule) return rule.oneOf.some((each) => each === found);
  if ('above' in rule) return numberOf(found) > rule.above;
  if ('below' in rule) return numberOf(found) < rule.below;
  if ('atLeast' in rule) return numberOf(found) >= rule.atLeast;
  if ('contains' in rule) return (typeof found === 'string' ? found : (JSON.stringify(found) ?? '')).includes(rule.contains);
  return true;
}

function wanted(rule: JsonRule): string {
  if ('is' in rule) return JSON.stringify(rule.is);
  if ('oneOf' in rule) return rule.oneOf.map((each) => JSON.stringify(each)).join(' or ');
  if ('above' in rule) return `more than ${rule.above}`;
  if ('atLeast' in rule) return `${rule.atLeast} or more`;
  if ('contains' in rule) return `"${rule.contains}" in it`;
  return 'below' in rule ? `less than ${rule.below}` : 'a value';
}

function valueAt(payload: unknown, path: string): unknown {
  let value = payload;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
