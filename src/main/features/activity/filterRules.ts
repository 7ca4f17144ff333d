import type { ActivityEntry, ActivityFilter } from '../../../shared/model/activity.ts';

/** Whether an entry fits all of a filter. */
export function matches(entry: ActivityEntry, filter: ActivityFilter): boolean {
  const { search, who, server, outcome, operationId, sinceMs, untilMs } = filter;
  if (who !== undefined && entry.who !== who) return false;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  if (operationId !== undefined && entry.operationId !== operationId) return false;
  if (sinceMs !== undefined && entry.atMs < sinceMs) return false;
  if (untilMs !== undefined && entry.atMs > untilMs) return false;
  if (server !== undefined && !entry.servers.some(({ name }) => name === server)) return false;
  if (search === undefined) return true;
  const text = [entry.what, entry.who, entry.action, entry.subject ?? '', entry.error ?? '', ...entry.servers.map(({ name }) => name)].join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
