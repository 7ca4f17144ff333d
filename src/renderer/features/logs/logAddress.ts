import type { LevelKey } from './logBuffer.ts';
import type { LogFilter } from './logFilter.ts';
import { type LogQuery, logQuery } from './logQuery.ts';

/** What the address of the logs screen holds; lists with commas, as they are read. */
export interface LogsSearch {
  on?: string | undefined;
  stacks?: string | undefined;
  services?: string | undefined;
  containers?: string | undefined;
  units?: string | undefined;
  files?: string | undefined;
  /** Filter; with `regex` it is a pattern. */
  q?: string | undefined;
  regex?: true | undefined;
  levels?: string | undefined;
  /** Sources that are not shown. */
  off?: string | undefined;
  /** The moment that is looked at, as ISO 8601 in UTC; without it the end is followed. */
  at?: string | undefined;
}

/** What a viewer shows of the lines it follows. */
export interface LogViewState extends LogFilter {
  atMs: number | null;
}

const levelKeys: readonly LevelKey[] = ['fatal', 'error', 'warn', 'info', 'debug', 'none'];
// A path may have a comma itself.
const listed = (text: string | undefined): string[] =>
  text === undefined
    ? []
    : text
        .split(',')
        .filter((part) => part !== '')
        .map((part) => part.replaceAll('%2C', ',').replaceAll('%25', '%'));
const joined = (list: readonly string[]): string | undefined =>
  list.length === 0 ? undefined : list.map((part) => part.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
const lists = ['stacks', 'services', 'containers', 'units', 'files'] as const;

/** What the address asks to follow; null where it names no servers. */
export function queryOfSearch(search: LogsSearch): LogQuery | null {
  if (search.on === undefined) return null;
  return logQuery(search.on, Object.fromEntries(lists.map((list) => [list, listed(search[list])])));
}

/** What the address asks to see of it. */
export function viewOfSearch(search: LogsSearch): LogViewState {
  const levels = search.levels === undefined ? null : listed(search.levels).flatMap((level) => levelKeys.find((key) => key === level) ?? []);
  const atMs = search.at === undefined ? Number.NaN : Date.parse(search.at);
  return { text: search.q ?? '', isPattern: search.regex === true, levels, off: listed(search.off), atMs: Number.isNaN(atMs) ? null : atMs };
}

/** The address of a query with what is seen of it. */
export function searchOf(query: LogQuery, view: LogViewState): LogsSearch {
  return {
    on: query.on,
    ...Object.fromEntries(lists.map((list) => [list, joined(query[list])])),
    q: view.text === '' ? undefined : view.text,
    regex: view.isPattern ? true : undefined,
    levels: view.levels === null ? undefined : view.levels.join(','),
    off: joined(view.off),
    at: view.atMs === null ? undefined : new Date(view.atMs).toISOString(),
  };
}
