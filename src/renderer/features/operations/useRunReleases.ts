import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { orpc } from '../../client/client.ts';
import { figurePairs, type RolloutLane, releasesOfRun } from './rolloutLanes.ts';

/** The releases that a lane of a rollout is about and what was measured of them; asked for once there is a release, and again when its state changes. */
export function useRunReleases(operation: Operation, lane: RolloutLane) {
  const begun = operation.subject !== null && (lane.release !== null || lane.standing === 'serves' || lane.standing === 'unchanged');
  const query = useQuery({
    ...orpc.stacks.releases.queryOptions({ input: { id: (operation.subject ?? 'none') as StackId, server: lane.name } }),
    enabled: begun,
    retry: false,
  });
  const { refetch } = query;
  const told = useRef(lane.standing);
  useEffect(() => {
    if (told.current === lane.standing) return;
    told.current = lane.standing;
    if (begun) void refetch();
  }, [lane.standing, begun, refetch]);
  const { now, before } = releasesOfRun(query.data?.releases ?? [], operation.id, lane.release);
  return { now, before, pairs: figurePairs(now, before) };
}
