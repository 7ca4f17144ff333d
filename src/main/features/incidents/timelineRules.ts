import type { ActivityEntry } from '../../../shared/model/activity.ts';
import { type Incident, incidentLevels, type TimelineItem } from '../../../shared/model/incident.ts';
import type { StoredEvent } from './incidentsRepo.ts';

/** What the timeline is made of. */
export interface TimelineParts {
  events: readonly StoredEvent[];
  /** Changes between opening and closing, by anyone. */
  entries: readonly ActivityEntry[];
  incident: Incident;
  /** How an operation stands; null where it is gone. */
  operation(id: string): { title: string; state: string } | null;
}

/** All that happened, in order: what was done about the incident, and what was changed on its servers meanwhile by anything else. */
export function timelineOf({ events, entries, incident, operation }: TimelineParts): TimelineItem[] {
  const items = events.map((each) => itemOf(each, incident, operation));
  const own = new Set(items.flatMap(({ operationId }) => operationId ?? []));
  const servers = new Set(incident.servers.map(({ id }) => id));
  for (const entry of entries) {
    if (entry.action.startsWith('incidents.') || (entry.operationId !== undefined && own.has(entry.operationId))) continue;
    if (!entry.servers.some(({ id }) => servers.has(id))) continue;
    const names = entry.servers.filter(({ id }) => servers.has(id)).map(({ name }) => name);
    const outcome = entry.outcome === 'done' ? '' : ` (${entry.outcome}${entry.error === undefined ? '' : `, ${entry.error}`})`;
    const text = `${entry.what} on ${names.join(', ')}${outcome}`;
    items.push({ atMs: entry.atMs, who: entry.who, kind: 'change', text, ...(entry.operationId === undefined ? {} : { operationId: entry.operationId }) });
  }
  return items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => a.item.atMs - b.item.atMs || a.index - b.index)
    .map(({ item }) => item);
}

/** What made somebody open it, where that was not their own eyes. */
function cameFrom({ title, source: { kind, name, alerts } }: Incident): string {
  if (kind === 'person') return '';
  // An incident of alerts is usually called as they are.
  if (alerts !== undefined && name === title) return alerts.length === 1 ? ', from an alert' : `, from ${alerts.length} alerts`;
  return `, from the ${kind}${name === undefined ? '' : ` ${name}`}`;
}

function ofOperation(
  operationId: NonNullable<TimelineItem['operationId']>,
  operation: TimelineParts['operation'],
): Pick<TimelineItem, 'operationId' | 'state'> {
  return { operationId, state: operation(operationId)?.state ?? 'gone' };
}

function itemOf({ atMs, who, event }: StoredEvent, incident: Incident, operation: TimelineParts['operation']): TimelineItem {
  const common = { atMs, who, kind: event.kind };
  switch (event.kind) {
    case 'opened':
      return { ...common, text: `Opened at level ${event.level}, ${incidentLevels[event.level].word}${cameFrom(incident)}: ${incident.title}` };
    case 'note':
      return { ...common, text: event.text };
    case 'level':
      return { ...common, text: `${event.to > event.from ? 'Raised' : 'Lowered'} from level ${event.from} to ${event.to}: ${event.reason}` };
    case 'contacted':
      return { ...common, text: `${event.reached ? 'Reached' : 'Did not reach'} ${event.contact}${event.text === '' ? '' : `: ${event.text}`}` };
    case 'evidence':
      return { ...common, text: 'Evidence collected', ...ofOperation(event.operationId, operation) };
    case 'run':
      return { ...common, text: event.title, ...ofOperation(event.operationId, operation) };
    case 'closed':
      return { ...common, text: `Closed: ${event.resolution}` };
  }
}
