import type { DeploymentDrift, HeldModel, PruneList, ValueScope, ValueSet } from '../../../../shared/contract/stackDay2.ts';
import { valueSetSchema } from '../../../../shared/contract/stackDay2.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { OperationId, RequestId, ServerId } from '../../../../shared/model/ids.ts';
import { readInputs } from '../../../../shared/model/inputValues.ts';
import type { Operation, OperationKind } from '../../../../shared/model/operation.ts';
import type { Environment, Server } from '../../../../shared/model/server.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { Operations } from '../../../operations/operations.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { sourceHash } from '../definition/renderStack.ts';
import type { PlanChoice, PlannedStack } from '../plan/plansService.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';
import type { RolloutSpec } from '../rollout/rolloutOperation.ts';
import type { RolloutPorts } from '../rollout/rolloutRun.ts';
import { adoptedStack } from './adoptRules.ts';
import { lookAtDrift } from './lookAtDrift.ts';
import { isKept } from './modelRules.ts';
import { modelUpdateOperation } from './modelUpdateOperation.ts';
import { openOllama } from './ollama.ts';
import { lookAtPrunable, pruneOperation } from './pruneOperation.ts';
import { revertOperation } from './revertOperation.ts';
import { startOperation, stopOperation } from './serviceOperations.ts';
import { ValuesRepo } from './valuesRepo.ts';

/** A change of what runs. */
export interface Day2Request {
  requestId: RequestId;
  confirm?: string | undefined;
  /** The operation that it is a part of. A person has confirmed that one, so nothing is asked again. */
  partOf?: OperationId | undefined;
  id: string;
  selector: string;
}

/** What the work between two releases needs. */
export interface Day2Ports {
  database: Database;
  operations: Operations;
  cells: RolloutPorts;
  definitions: { get(id: string): Promise<StackDefinition>; ids(): Promise<string[]> };
  rendered(request: PlanChoice & { id: string; selector: string }): Promise<PlannedStack[]>;
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  /** How many good releases stay, where a prune does not say. */
  keptReleases(): number;
  /** Starts an operation once production is confirmed. */
  start(request: Day2Request, change: { kind: OperationKind; title: string; effect: string; spec: unknown; servers: readonly Server[] }): Promise<Operation>;
  who(): string;
  nowMs(): number;
}

type Target = { id: string; selector: string };

/** Everything that is done with deployments between two releases. */
export interface Day2Service {
  drift(target: Target): Promise<DeploymentDrift[]>;
  /** Throws `stack.drift-gone`, `stack.drift-fixed`. */
  adopt(request: Day2Request & { items: string[] }): Promise<Operation>;
  /** Throws `stack.drift-gone`, `stack.drift-fixed`. */
  revert(request: Day2Request & { items: string[] }): Promise<Operation>;
  startServices(request: Day2Request & { services: string[] }): Promise<Operation>;
  stopServices(request: Day2Request & { services: string[] }): Promise<Operation>;
  restartWarnings(target: Target): Promise<{ serverName: string; said: string }[]>;
  models(target: Target): Promise<HeldModel[]>;
  updateModel(request: Day2Request & { model: string; service?: string | undefined }): Promise<Operation>;
  prunable(request: { id?: string | undefined; selector: string; keep?: number | undefined }): Promise<PruneList[]>;
  prune(request: Day2Request & { keep?: number | undefined; volumes: string[] }): Promise<Operation>;
  valueSets(id?: string): Promise<ValueSet[]>;
  /** Throws `stack.parameter-invalid`, `server.not-found`. */
  changeValues(request: { requestId: RequestId; id: string; scope: ValueScope; set: Record<string, string>; unset: string[] }): Promise<ValueSet>;
  /** Values that a deploy on a server uses where none are given. */
  valuesFor(id: string, server: Pick<Server, 'id' | 'environment'>): Record<string, string>;
}

/** Makes the service and registers its kinds of operation with the engine. */
export function createDay2Service(ports: Day2Ports): Day2Service {
  const { operations, cells } = ports;
  const values = new ValuesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  operations.register(startOperation(cells));
  operations.register(stopOperation(cells));
  operations.register(revertOperation(cells));
  operations.register(pruneOperation(cells));
  operations.register(modelUpdateOperation(cells));

  const open = (server: Server, id: string): Promise<StackServer> => openStackServer(ports.remote(server.id), { serverName: server.name, stackId: id });
  const head = async (id: string) => {
    const { title } = await ports.definitions.get(id);
    return { stackId: id, title, who: ports.who() };
  };
  const driftOn = async (server: Server, id: string): Promise<DeploymentDrift> => {
    const look = await lookAtDrift(await open(server, id));
    const { items, unknowns } = look;
    return {
      serverId: server.id,
      serverName: server.name,
      stackId: id as DeploymentDrift['stackId'],
      release: look.release?.id ?? null,
      lookedAtMs: ports.nowMs(),
      items,
      unknowns,
    };
  };
  const drift = async ({ id, selector }: Target) => {
    await ports.definitions.get(id);
    return Promise.all((await ports.selectServers(selector)).map((server) => driftOn(server, id)));
  };
  const mustDrift = (looks: readonly Pick<DeploymentDrift, 'serverName' | 'items'>[], wanted: readonly string[], way: 'adopt' | 'revert') => {
    const gone = wanted.find((item) => !looks.some(({ items }) => items.some(({ id }) => id === item)));
    if (gone !== undefined)
      throw new AppError('stack.drift-gone', {
        server: looks
          .map(({ serverName }) => serverName)
          .join(', ')
          .slice(0, 200),
        item: gone,
      });
    for (const { serverName, items } of looks) {
      const fixed = items.find((item) => wanted.includes(item.id) && !item[way].possible);
      if (fixed !== undefined) throw new AppError('stack.drift-fixed', { server: serverName, item: fixed.id, way, reason: fixed[way].how });
    }
  };
  const simple = async (request: Day2Request, kind: OperationKind, title: (of: string) => string, spec: Record<string, unknown>) => {
    const own = await head(request.id);
    const servers = await ports.selectServers(request.selector);
    const effect = title(own.title);
    return ports.start(request, { kind, title: effect, effect: `${effect.charAt(0).toLowerCase()}${effect.slice(1)}`, spec: { ...own, ...spec }, servers });
  };

  return {
    drift,
    async adopt(request) {
      const { secrets } = await ports.definitions.get(request.id);
      const servers = await ports.selectServers(request.selector);
      const looks = await Promise.all(
        servers.map(async (server) => ({ server, serverName: server.name, ...(await lookAtDrift(await open(server, request.id))) })),
      );
      mustDrift(looks, request.items, 'adopt');
      const stacks = looks.flatMap(({ server, release, applied, live, items }) => {
        const own = items.filter(({ id }) => request.items.includes(id));
        if (own.length === 0 || release === null || applied === null) return [];
        return [{ server, stack: adoptedStack({ serverName: server.name, release, applied, containers: live.containers, items: own, secrets }) }];
      });
      const [first] = stacks;
      if (first === undefined) throw new AppError('stack.drift-gone', { server: request.selector, item: request.items[0] ?? '' });
      const spec: RolloutSpec = {
        stack: first.stack,
        ...(stacks.length === 1 ? {} : { perServer: Object.fromEntries(stacks.map(({ server, stack }) => [server.name, stack])) }),
        givenSecrets: [],
        who: ports.who(),
        note: `adopted: ${request.items.join(', ')}`.slice(0, 500),
      };
      const title = `Adopt what was changed of ${first.stack.title}`;
      return ports.start(request, {
        kind: 'rollout',
        title,
        effect: `adopt ${request.items.length} changes of ${first.stack.title}`,
        spec,
        servers: stacks.map(({ server }) => server),
      });
    },
    async revert(request) {
      mustDrift(await drift(request), request.items, 'revert');
      return simple(request, 'stack-revert', (of) => `Take back what was changed of ${of}`, { items: request.items });
    },
    startServices: (request) =>
      simple(request, 'stack-start', (of) => `Start ${request.services.join(', ') || 'all'} of ${of}`, { services: request.services }),
    stopServices: (request) => simple(request, 'stack-stop', (of) => `Stop ${request.services.join(', ') || 'all'} of ${of}`, { services: request.services }),
    async restartWarnings({ id, selector }) {
      const planned = await ports.rendered({ id, selector, parameters: {}, base: 'current' });
      const said = planned.map(async ({ server, stack }) => {
        const { current } = await (await open(server, id)).state();
        if (current?.sourceHash === undefined || current.sourceHash === sourceHash(stack)) return [];
        return [
          {
            serverName: server.name,
            said: `The definition of ${stack.title} has changed since ${current.id} was made. A restart does not read it: deploy instead.`,
          },
        ];
      });
      return (await Promise.all(said)).flat();
    },
    async models({ id, selector }) {
      await ports.definitions.get(id);
      const found = (await ports.selectServers(selector)).map(async (server) => {
        const stackServer = await open(server, id);
        const { current } = await stackServer.state();
        const services = (current?.services ?? []).filter(({ name, image }) => /ollama/i.test(`${name} ${image ?? ''}`));
        const held = services.map(async ({ name: service }) => {
          const models = (await (await openOllama(stackServer, service))?.list()) ?? [];
          return models.map(({ name, digest, size }): HeldModel => {
            const recorded = current?.models?.find((model) => model.service === service && model.name === name)?.digest ?? null;
            return { serverName: server.name, service, name, digest, bytes: size, recorded, kept: isKept(name) };
          });
        });
        return (await Promise.all(held)).flat();
      });
      return (await Promise.all(found)).flat();
    },
    updateModel: (request) =>
      simple(request, 'model-update', (of) => `Update ${request.model} of ${of}`, { model: request.model, service: request.service ?? null }),
    async prunable({ id, selector, keep = ports.keptReleases() }) {
      const ids = id === undefined ? await ports.definitions.ids() : [(await ports.definitions.get(id)).id];
      const servers = await ports.selectServers(selector);
      const lists = await Promise.all(servers.flatMap((server) => ids.map(async (each) => lookAtPrunable(await open(server, each), keep))));
      return id === undefined ? lists.filter(({ items }) => items.length > 0) : lists;
    },
    prune: ({ keep, ...request }) => simple(request, 'stack-prune', (of) => `Prune ${of}`, { keep: keep ?? ports.keptReleases(), volumes: request.volumes }),
    async valueSets(id) {
      const servers = await ports.selectServers('all').catch(() => []);
      return values.list(id).flatMap(({ place, stackId, ...rest }): ValueSet[] => {
        const scope = 'environment' in place ? place : { server: servers.find((server) => server.id === place.serverId)?.name ?? '' };
        return 'server' in scope && scope.server === '' ? [] : [{ ...rest, stackId: stackId as ValueSet['stackId'], scope }];
      });
    },
    async changeValues({ requestId, id, scope, set, unset }) {
      const definition = await ports.definitions.get(id);
      for (const name of [...Object.keys(set), ...unset])
        if (!definition.parameters.some((parameter) => parameter.name === name))
          throw new AppError('stack.parameter-invalid', { name, problem: 'the stack has no such parameter' });
      const problem = readInputs(definition.parameters, set).problems.find(({ name }) => name in set);
      if (problem !== undefined) throw new AppError('stack.parameter-invalid', problem);
      const place = await placeOf(scope, ports);
      return requests.once(requestId, 'stackDay2.changeValues', valueSetSchema, () => {
        const before = values.list(id).find((stored) => JSON.stringify(stored.place) === JSON.stringify(place))?.values ?? {};
        const next = Object.fromEntries(Object.entries({ ...before, ...set }).filter(([name]) => !unset.includes(name)));
        const stored = { stackId: id, place, values: next, who: ports.who(), updatedAtMs: ports.nowMs() };
        values.put(stored);
        return { stackId: id as ValueSet['stackId'], scope, values: next, updatedAtMs: stored.updatedAtMs, who: stored.who };
      });
    },
    valuesFor: (id, server) => values.for(id, server),
  };
}

async function placeOf(scope: ValueScope, ports: Day2Ports): Promise<{ environment: Environment } | { serverId: string }> {
  if ('environment' in scope) return scope;
  const found = (await ports.selectServers(scope.server)).find(({ name }) => name === scope.server);
  if (found === undefined) throw new AppError('server.not-found', { name: scope.server });
  return { serverId: found.id };
}
