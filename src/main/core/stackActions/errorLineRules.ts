import { AppError } from '../../../shared/errors.ts';

/** One line of a container's log. */
export interface LogLine {
  service: string;
  atMs: number | null;
  text: string;
}

/** What in a log tells of an error, where a step does not say it otherwise: words of severity and the head of a stack trace. */
export const errorWords = String.raw`\b(error|fatal|panic|critical|traceback|exception|segfault|out of memory)\b`;

/** What has such a word in it and tells of none: counts of zero, names of settings, and requests for pages that are called so. */
const harmless = String.raw`\b(0|no|without|zero) (errors?|failures?|exceptions?)\b|\berrors?["']?\s*[=:]\s*(0|null|none|\[\]|""|false)(\W|$)|log[_-]?level|error_log`;

/** What is looked for. */
export interface ErrorSearch {
  /** Regular expression of JavaScript; empty: `errorWords`. */
  pattern: string;
  /** Lines that match are known noise; empty: none. */
  ignore: string;
  /** Older lines are left out; null: none are. */
  sinceMs: number | null;
}

/** Lines that tell of errors. Throws `stack.parameter-invalid` for an expression that is none. */
export function errorLines<T extends LogLine>(lines: readonly T[], search: ErrorSearch): T[] {
  const wanted = expression('pattern', search.pattern === '' ? errorWords : search.pattern);
  const ignored = [expression('ignore', harmless), ...(search.ignore === '' ? [] : [expression('ignore', search.ignore)])];
  return lines.filter(
    ({ text, atMs }) => (search.sinceMs === null || atMs === null || atMs >= search.sinceMs) && wanted.test(text) && !ignored.some((each) => each.test(text)),
  );
}

/** How many lines each service has, as `gateway 3, ollama 1`; most first. */
export function countByService(lines: readonly Pick<LogLine, 'service'>[]): string {
  const counts = new Map<string, number>();
  for (const { service } of lines) counts.set(service, (counts.get(service) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([service, count]) => `${service} ${count}`)
    .join(', ');
}

function expression(name: string, text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new AppError('stack.parameter-invalid', { name, problem: error instanceof Error ? error.message : 'it is no regular expression' }, { cause: error });
  }
}
