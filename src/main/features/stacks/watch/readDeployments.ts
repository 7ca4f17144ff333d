import type { ServerId } from '../../../../shared/model/ids.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { DeploymentStatus } from '../../../../shared/model/stack.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { toRelease } from '../release/releaseRules.ts';
import { openStackServer } from '../release/stackServer.ts';
import { readFacts } from '../rollout/containerFacts.ts';
import { deploymentHealth, withFacts } from './statusRules.ts';

/**
 * Asks servers for their deployments. A server that cannot be asked is `unknown`, unless none can be: then the first error is thrown.
 * Stacks that were never there are left out unless one was asked for by name.
 */
export async function readDeployments(
  servers: readonly Server[],
  stackIds: readonly string[],
  options: { remote: (serverId: ServerId) => RemoteServer; asked: boolean },
): Promise<DeploymentStatus[]> {
  const pairs = servers.flatMap((server) => stackIds.map((stackId) => ({ server, stackId })));
  const settled = await Promise.allSettled(pairs.map(({ server, stackId }) => readOne(server, stackId, options.remote(server.id))));
  const failures = settled.filter((result) => result.status === 'rejected');
  if (failures.length === settled.length && failures[0] !== undefined) throw failures[0].reason;
  return settled.flatMap((result, index): DeploymentStatus[] => {
    if (result.status === 'fulfilled') return result.value.health === 'absent' && !options.asked ? [] : [result.value];
    const pair = pairs[index];
    return pair === undefined ? [] : [{ ...head(pair.server, pair.stackId), current: null, containers: [], health: 'unknown' }];
  });
}

async function readOne(server: Server, stackId: string, remote: RemoteServer): Promise<DeploymentStatus> {
  const stack = await openStackServer(remote, { serverName: server.name, stackId });
  const state = await stack.state();
  // Without a release Docker need not even be there. What is told of each beside its state is a courtesy.
  const [listed, facts] = state.releases.length === 0 ? [[], []] : await Promise.all([stack.containers(), readFacts(stack).catch(() => [])]);
  const containers = withFacts(listed, facts);
  return {
    ...head(server, stackId),
    current: state.current === null ? null : toRelease(state.current),
    containers,
    health: deploymentHealth(state.current, containers),
  };
}

function head(server: Server, stackId: string): Pick<DeploymentStatus, 'serverId' | 'serverName' | 'stackId' | 'observedAtMs'> {
  return { serverId: server.id, serverName: server.name, stackId: stackId as DeploymentStatus['stackId'], observedAtMs: Date.now() };
}
