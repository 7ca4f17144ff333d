import type { Expectation } from '../../../../shared/model/stackDefinition.ts';

/** What of an answer is not as expected, in words; null: all of it is. */
export function expectationProblem(body: string, expectations: readonly Expectation[] = []): string | null {
  for (const expectation of expectations) {
    const problem = problemOf(body, expectation);
    if (problem !== null) return problem;
  }
  return null;
}

function problemOf(body: string, expectation: Expectation): string | null {
  const { path, equals, atLeast, contains } = expectation;
  let value: unknown = body;
  if (path !== '') {
    const parsed = parse(body);
    if (parsed === undefined) return `the answer is no JSON: ${shown(body)}`;
    value = valueAt(parsed, path);
    if (value === undefined) return `the answer has no ${path}: ${shown(body)}`;
  }
  const what = path === '' ? 'the answer' : path;
  if (equals !== undefined && value !== equals) return `${what} is ${shown(value)}, ${shown(equals)} is expected`;
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) {
    const count = Array.isArray(value) ? value.length : null;
    if (count === null || count < atLeast) return `${what} is ${count === null ? shown(value) : `${count} long`}, at least ${atLeast} is expected`;
  }
  if (contains !== undefined && !holds(value, contains)) return `${what} is ${shown(value)}, which does not hold ${shown(contains)}`;
  return null;
}

/** The value at a path like `data.0.id`; undefined: there is none. */
function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function holds(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value.includes(wanted);
  if (Array.isArray(value)) return value.some((item) => item === wanted) || JSON.stringify(value).includes(wanted);
  return JSON.stringify(value ?? null).includes(wanted);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ').trim();
  return text.length > 160 ? `${text.slice(0, 160)}…` : text || 'empty';
}
