import type { OutputHit } from '../../../shared/model/evidence.ts';

/** How far back to look. */
export const spans = [
  { value: 'any', label: 'Any time' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last day' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
] as const;

const hours: Readonly<Record<string, number>> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 };

/** When a span began; a span that is none began at the beginning. */
export function sinceMs(span: string, nowMs: number): number {
  const length = hours[span];
  return length === undefined ? 0 : nowMs - length * 3_600_000;
}

/** Hits of one run under its title. */
export interface HitGroup extends Pick<OutputHit, 'operationId' | 'title' | 'state' | 'atMs'> {
  hits: OutputHit[];
}

/** Hits by run, in the order in which they came. */
export function hitGroups(hits: readonly OutputHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>();
  for (const hit of hits) {
    const { operationId, title, state, atMs } = hit;
    const group = groups.get(operationId) ?? { operationId, title, state, atMs, hits: [] };
    groups.set(operationId, group);
    group.hits.push(hit);
  }
  return [...groups.values()];
}
