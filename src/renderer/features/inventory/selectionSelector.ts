import type { FleetRow } from '../../../shared/contract/servers.ts';
import { maxSelectorLength } from '../../../shared/model/selector.ts';

/**
 * The shortest plain selector for exactly these servers: `all`, an environment, a group or a tag where it fits, else their names.
 * Null when it would be longer than the contract takes.
 */
export function selectorForServers(rows: readonly FleetRow[], selected: ReadonlySet<string>): string | null {
  const picked = rows.filter((row) => selected.has(row.server.id));
  if (picked.length === 0) return null;
  if (picked.length === rows.length && rows.length > 1) return 'all';
  const candidates = new Map<string, number>();
  const add = (selector: string) => candidates.set(selector, (candidates.get(selector) ?? 0) + 1);
  for (const row of picked) for (const selector of labelsOf(row)) add(selector);
  const whole = new Map<string, number>();
  for (const row of rows) for (const selector of labelsOf(row)) if (candidates.has(selector)) whole.set(selector, (whole.get(selector) ?? 0) + 1);
  if (picked.length > 1) {
    for (const [selector, count] of candidates) if (count === picked.length && whole.get(selector) === count) return selector;
  }
  const names = picked.map((row) => row.server.name).join(',');
  if (names.length <= maxSelectorLength) return names;
  // What is left over by whole labels may be short enough to be named.
  const covering = [...candidates].filter(([selector, count]) => whole.get(selector) === count).sort((a, b) => b[1] - a[1]);
  const parts: string[] = [];
  let left = picked;
  for (const [selector] of covering) {
    const rest = left.filter((row) => !labelsOf(row).includes(selector));
    if (rest.length === left.length) continue;
    parts.push(selector);
    left = rest;
  }
  const text = [...parts, ...left.map((row) => row.server.name)].join(',');
  return text.length <= maxSelectorLength ? text : null;
}

function labelsOf(row: FleetRow): string[] {
  const { environment, groups, tags } = row.server;
  return [`env:${environment}`, ...groups.map((group) => `group:${group}`), ...tags.map((tag) => `tag:${tag}`)];
}
