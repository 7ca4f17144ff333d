import type { DeploymentDrift } from '../../../shared/contract/stackDay2.ts';
import type { DriftItem, DriftKind } from '../../../shared/model/stackDrift.ts';

/** How much is known of a deployment's drift. */
export type DriftView =
  | { state: 'looking' }
  /** The server could not be asked. */
  | { state: 'unknown'; reason: string }
  /** `unknowns`: what could not be compared. */
  | { state: 'known'; items: readonly DriftItem[]; unknowns: readonly string[]; lookedAtMs: number };

/** What each kind of difference is called. */
export const driftKinds: Record<DriftKind, string> = {
  image: 'image',
  environment: 'environment',
  label: 'label',
  restart: 'restart policy',
  port: 'port',
  limit: 'limit',
  network: 'network',
  definition: 'definition',
  removed: 'removed',
  stopped: 'stopped',
  extra: 'not in the release',
  file: 'file',
  volume: 'volume',
};

/** The drift of one deployment out of an answer; a server that is not in it has nothing deployed. */
export function driftViewOf(
  query: { data: { deployments: readonly DeploymentDrift[] } | undefined; isError: boolean },
  place: { serverName: string; stackId: string },
  reason: string,
): DriftView {
  const found = query.data?.deployments.find((each) => each.serverName === place.serverName && each.stackId === place.stackId);
  if (found) return { state: 'known', items: found.items, unknowns: found.unknowns, lookedAtMs: found.lookedAtMs };
  if (query.isError) return { state: 'unknown', reason };
  if (query.data) return { state: 'unknown', reason: 'The server did not tell of it.' };
  return { state: 'looking' };
}

/** Differences by service in their order; what belongs to no service comes last. */
export function driftGroups(items: readonly DriftItem[]): { service: string | null; items: DriftItem[] }[] {
  const groups = new Map<string | null, DriftItem[]>();
  for (const item of items) groups.set(item.service, [...(groups.get(item.service) ?? []), item]);
  return [...groups].sort(([a], [b]) => Number(a === null) - Number(b === null)).map(([service, each]) => ({ service, items: each }));
}
