import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { InputValues } from '../../../shared/model/inputDefinition.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { placeStack } from './definition/placement.ts';
import { renderStack } from './definition/renderStack.ts';
import type { StackCatalog } from './definition/stackCatalog.ts';
import type { PlanChoice, PlannedStack } from './plan/plansService.ts';
import { openStackServer } from './release/stackServer.ts';

/** What rendering for servers needs. */
export interface RenderPorts {
  catalog: StackCatalog;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  /** Values that a deploy on a server uses where none are given. */
  valuesFor(stackId: string, server: Pick<Server, 'id' | 'environment'>): InputValues;
}

/**
 * Renders a stack for each server that a selector picks, in the order in which they are to be deployed. Values that are given win over
 * those of the release that runs, where the choice begins there, and else over those that are kept for the server and its environment.
 */
export async function renderForServers(ports: RenderPorts, request: PlanChoice & { id: string; selector: string }): Promise<PlannedStack[]> {
  const source = await ports.catalog.get(request.id);
  const { definition } = source;
  const picked = await ports.selectServers(request.selector);
  const placements = placeStack(definition, picked, await namesByRole(request.roles, picked, ports.selectServers));
  const byName = new Map(picked.map((server) => [server.name, server]));
  const known = new Set(definition.parameters.map(({ name }) => name));
  const rendered = [...placements].map(async ([name, placement]): Promise<PlannedStack[]> => {
    const server = byName.get(name);
    if (server === undefined) return [];
    const current = request.base === 'current' ? await currentChoice(ports, server, definition.id) : null;
    const base = current?.parameters ?? ports.valuesFor(definition.id, server);
    const begun = Object.fromEntries(Object.entries(base).filter(([key]) => known.has(key)));
    const profiles = request.profiles ?? current?.profiles;
    return [{ server, stack: renderStack(source, { ...begun, ...request.parameters }, { environment: server.environment, profiles, placement }) }];
  });
  return (await Promise.all(rendered)).flat();
}

async function currentChoice(ports: RenderPorts, server: Server, stackId: string): Promise<{ parameters: InputValues; profiles: string[] }> {
  const { current } = await (await openStackServer(ports.remote(server.id), { serverName: server.name, stackId })).state();
  if (current === null) throw new AppError('stack.not-deployed', { server: server.name, stack: stackId });
  return current;
}

/** Names of the servers of each role. A server outside of those that are picked is refused, since nobody has confirmed it. */
async function namesByRole(
  roles: Record<string, string> | undefined,
  picked: readonly Server[],
  select: (selector: string) => Promise<Server[]>,
): Promise<Record<string, string[]> | null> {
  if (roles === undefined || Object.keys(roles).length === 0) return null;
  const entries = Object.entries(roles).map(async ([role, selector]) => {
    const names = (await select(selector)).map(({ name }) => name);
    const outside = names.find((name) => !picked.some((server) => server.name === name));
    if (outside !== undefined) throw new AppError('stack.parameter-invalid', { name: role, problem: `${outside} is not among the servers that are picked` });
    return [role, names] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
