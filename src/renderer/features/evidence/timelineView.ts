import type { TimelineEvent } from '../../../shared/model/evidence.ts';
import type { Operation } from '../../../shared/model/operation.ts';

/** Which events of a timeline are shown. */
export type EventFilter = 'all' | 'people' | 'steps';

const kinds: Record<Exclude<EventFilter, 'all'>, readonly TimelineEvent['kind'][]> = {
  people: ['made', 'answered', 'note', 'attachment'],
  steps: ['begun', 'cell-begun', 'cell-ended', 'ended'],
};

/** The events that a filter lets through. */
export function filterEvents(events: readonly TimelineEvent[], filter: EventFilter): readonly TimelineEvent[] {
  return filter === 'all' ? events : events.filter(({ kind }) => kinds[filter].includes(kind));
}

/** Where something happened: step and server, or the run. */
export function placeWords(
  { serverId, stepId }: { serverId: string | null; stepId: string | null },
  { steps, targets }: Pick<Operation, 'steps' | 'targets'>,
): string {
  const step = steps.find(({ id }) => id === stepId)?.title;
  const server = targets.find((target) => target.serverId === serverId)?.name;
  if (step === undefined) return server ?? 'the run';
  return server === undefined ? step : `${step} on ${server}`;
}
