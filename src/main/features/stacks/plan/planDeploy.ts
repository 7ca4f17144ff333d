import type { z } from 'zod';
import type { deployPlanSchema } from '../../../../shared/contract/stacks.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import type { RenderedStack } from '../definition/renderStack.ts';
import { openStackServer } from '../release/stackServer.ts';
import { planServices } from './planRules.ts';
import { judgePreflight, requireDocker } from './preflightRules.ts';

/** What a deploy would do on one server. */
export type DeployPlan = z.infer<typeof deployPlanSchema>;

/** Works out what a deploy would do on a server. Reads only. Throws the `docker.*` errors, since nothing can be planned without it. */
export async function planDeploy(remote: RemoteServer, serverName: string, stack: RenderedStack): Promise<DeployPlan> {
  const server = await openStackServer(remote, { serverName, stackId: stack.stackId });
  const found = await server.preflight();
  requireDocker(found, serverName);
  const state = await server.state();
  const { shortfalls, unknowns } = judgePreflight(found, stack);
  const secrets =
    stack.secrets.length > 0 && state.current !== null ? ['whether a secret changes, which makes new containers of the services that use it'] : [];
  const tags = state.current === null ? [] : ['whether a registry has another image under the same tag by now'];
  return {
    serverName,
    release: `r${state.nextNumber}`,
    from: state.current?.id ?? null,
    services: planServices(state.current, stack),
    shortfalls,
    unknowns: [...unknowns, ...secrets, ...tags],
  };
}
