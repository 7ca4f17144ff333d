import { useQuery } from '@tanstack/react-query';
import { errorWording } from '../../../shared/errorWording.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { driftViewOf } from './driftView.ts';

/** One deployment as its server tells it, asked again every 15 seconds. */
export function useDeploymentStatus(stackId: StackId, server: string) {
  return useQuery({
    ...orpc.stacks.status.queryOptions({ input: { id: stackId, selector: server }, retry: false }),
    refetchInterval: 15_000,
    select: ({ deployments }) => deployments.find((each) => each.serverName === server) ?? null,
  });
}

/** What differs from the release that runs. It is compared on the server, so that it is asked for seldom. */
export function useDeploymentDrift(stackId: StackId, server: string) {
  const query = useQuery({ ...orpc.stackDay2.drift.queryOptions({ input: { id: stackId, selector: server }, retry: false }), refetchInterval: 60_000 });
  const reason = query.error ? errorWording(toSerializedError(query.error)).sentence : '';
  return { query, view: driftViewOf(query, { serverName: server, stackId }, reason) };
}

/** Models that the services of a deployment hold. */
export function useHeldModels(stackId: StackId, server: string) {
  return useQuery({ ...orpc.stackDay2.models.queryOptions({ input: { id: stackId, selector: server }, retry: false }), staleTime: 30_000 });
}
