import type { FleetRow } from '../../../shared/contract/servers.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { summarizeGpus } from './gpuSummary.ts';
import { serverState } from './serverState.ts';

type Predicate = (row: FleetRow) => boolean;

function wildcard(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text.toLowerCase() === pattern.toLowerCase();
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'i');
  return (text) => expression.test(text);
}

function term(word: string): Predicate {
  if (word.startsWith('!')) {
    const inner = term(word.slice(1));
    return (row) => !inner(row);
  }
  const colon = word.indexOf(':');
  const key = word.slice(0, colon);
  const value = word.slice(colon + 1);
  const matches = wildcard(value);
  if (colon > 0 && value === '') return () => true;
  switch (colon > 0 ? key : '') {
    case 'env':
      return (row) => row.server.environment.startsWith(value.toLowerCase());
    case 'tag':
      return (row) => row.server.tags.some(matches);
    case 'group':
      return (row) => row.server.groups.some(matches);
    case 'role':
      return (row) => (row.server.roles ?? []).some(matches);
    case 'stack':
      return (row) => row.stacks.some((stack) => matches(stack.stackId));
    case 'state':
      return (row) => serverState(row).id === value || serverState(row).word.includes(value);
    default:
      break;
  }
  if (/[*?]/.test(word)) {
    const whole = wildcard(word);
    return (row) => whole(row.server.name);
  }
  const text = word.toLowerCase();
  return (row) =>
    row.server.name.toLowerCase().includes(text) ||
    row.server.host.toLowerCase().includes(text) ||
    row.server.tags.some((tag) => tag.toLowerCase().includes(text)) ||
    (row.server.roles ?? []).some((role) => `${role} ${roleTitle(role)}`.toLowerCase().includes(text)) ||
    summarizeGpus(row).label.toLowerCase().includes(text) ||
    row.stacks.some((stack) => stack.stackId.includes(text));
}

/**
 * Reads the filter of the fleet. It speaks the language of selectors (space and, comma or, `!` not, `env:`, `tag:`, `group:`,
 * `role:`, wildcards) and is kinder: a bare word is looked for anywhere in name, host, tags, roles, GPU and stacks; `state:` and `stack:` too.
 */
export function parseFleetFilter(text: string): Predicate {
  const alternatives = text
    .split(',')
    .map((part) => part.trim().split(/\s+/).filter(Boolean).map(term))
    .filter((terms) => terms.length > 0);
  if (alternatives.length === 0) return () => true;
  return (row) => alternatives.some((terms) => terms.every((each) => each(row)));
}
