import { useQuery } from '@tanstack/react-query';
import type { StackId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';
import { driftKey, type PlacedRow } from './stackPlaces.ts';

interface Compared {
  counts: ReadonlyMap<string, number>;
  /** Stacks on servers that could not be compared. */
  failed: number;
}

const none: ReadonlyMap<string, number> = new Map();

/** Asks each server that holds a stack what differs there from its release. */
async function compareAll(rows: readonly PlacedRow[]): Promise<Compared> {
  const counts = new Map<string, number>();
  let failed = 0;
  for (const stackId of new Set(rows.flatMap(({ placed }) => placed.map((each) => each.stackId)))) {
    const names = rows.filter(({ placed }) => placed.some((each) => each.stackId === stackId)).map(({ row }) => row.server.name);
    try {
      const { deployments } = await client.stackDay2.drift({ id: stackId as StackId, selector: names.join(',') });
      for (const each of deployments) counts.set(driftKey(each.serverName, stackId), each.items.length);
      failed += names.length - deployments.length;
    } catch {
      // What cannot be asked is no reason for the rest not to be compared; it is counted.
      failed += names.length;
    }
  }
  return { counts, failed };
}

/** Drift by stack and server as it was last looked for in this window. Servers are asked only when somebody wants to know. */
export function useDriftCounts(rows: readonly PlacedRow[]) {
  const query = useQuery({ queryKey: ['stacks', 'drift-counts'], queryFn: () => compareAll(rows), enabled: false, gcTime: Number.POSITIVE_INFINITY });
  return {
    counts: query.data?.counts ?? none,
    failed: query.data?.failed ?? 0,
    /** Null: nobody compared yet. */
    atMs: query.data === undefined ? null : query.dataUpdatedAt,
    busy: query.isFetching,
    compare: () => void query.refetch(),
  };
}
