import type { DeployPlan } from '../../../shared/contract/stackPlans.ts';
import type { ReleaseComparison } from '../../../shared/contract/stackReleases.ts';
import { AppError } from '../../../shared/errors.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { Facts } from '../../../shared/model/facts.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { LintReport } from '../../../shared/model/lint.ts';
import type { Operation, OperationKind, Strategy } from '../../../shared/model/operation.ts';
import type { Environment, Server } from '../../../shared/model/server.ts';
import type { DeploymentStatus, Release } from '../../../shared/model/stack.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import type { Database } from '../../database/database.ts';
import type { Operations } from '../../operations/operations.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { createDay2Service, type Day2Service } from './day2/day2Service.ts';
import { downOperation, restartOperation } from './day2/lifecycleOperations.ts';
import type { RenderedFile } from './definition/composeRules.ts';
import { type RenderedStack, renderStack, type StackSource } from './definition/renderStack.ts';
import { openStackCatalog } from './definition/stackCatalog.ts';
import { lintRendered } from './lint/lintRendered.ts';
import { createPlansService, type PlanChoice, type PlannedStack, type PlanRequest, type PlansService } from './plan/plansService.ts';
import { openProjectStore } from './projects/projectStore.ts';
import { compareReleases } from './release/compareReleases.ts';
import { secretProblem } from './release/envFileRules.ts';
import { toRelease } from './release/releaseRules.ts';
import { type SecretStore, secretName } from './release/secretSource.ts';
import { shareSecrets } from './release/sharedSecrets.ts';
import { openStackServer } from './release/stackServer.ts';
import { type RenderPorts, renderForServers } from './renderForServers.ts';
import { LeaseHeartbeats } from './rollout/leaseHeartbeat.ts';
import type { Margins } from './rollout/performanceRules.ts';
import { rollbackOperation } from './rollout/rollbackOperation.ts';
import { type RolloutSpec, rolloutOperation } from './rollout/rolloutOperation.ts';
import type { RolloutPorts } from './rollout/rolloutRun.ts';
import { lintServer, refuseErrors, type SeenPort } from './stackLintService.ts';
import { readDeployments } from './watch/readDeployments.ts';
import { type LogRequest, openStackLogs, type StackLogSource } from './watch/stackLogs.ts';

/** What stacks need from the rest of the core. */
export interface StacksPorts {
  /** Folder of the shipped `<id>/stack.yaml` folders. */
  stacksDirectory: string;
  /** Folder of a person's own stacks, in the same form; it may be absent. */
  ownStacksDirectory?: string;
  database: Database;
  operations: Operations;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  /** The laptop's sealed store. */
  secrets: SecretStore;
  /** Facts of a server that were read last; absent or null: never. */
  facts?: (id: ServerId) => Facts | null;
  /** Ports that stacks publish on a server as last seen; absent or null: nobody looked. */
  seenPorts?: (id: ServerId) => SeenPort[] | null;
  /** Name of the person, for journal and manifests. */
  who(): string;
  /** Takes secrets out of a text that a server gave. */
  mask?: (text: string) => string;
  /** Good releases that a prune leaves. Default 5. */
  keptReleases?: () => number;
  /** Pause between two looks of a gate. Default 2 s. */
  gatePollMs?: number;
  /** How much slower than before a model may be. Default 25 % for the first token, 15 % for tokens. */
  margins?: () => Margins;
  /** Seconds for which a release is watched, where a deploy does not say. Default 20. */
  soakS?: () => number;
  /** What a deploy lock promises, in seconds, and the pause between two signs of life. Default 60 s, 6 h and 15 s. */
  lease?: { leaseS: number; limitS: number; beatMs: number };
}

/** A change as it was asked for. */
export interface ChangeRequest {
  requestId: RequestId;
  confirm?: string | undefined;
  /** The operation that it is a part of. A person has confirmed that one, so nothing is asked again. */
  partOf?: OperationId | undefined;
  id: string;
  selector: string;
}

/** What of a stack is wanted. */
export type StackChoice = PlanChoice;

/** A deploy as it was asked for. */
export interface DeployRequest extends ChangeRequest, StackChoice {
  secrets: Record<string, string>;
  /** Only this plan: its choice is taken in place of this one. */
  planId?: string | undefined;
  strategy?: Strategy | undefined;
  /** Servers that may fail before the rest is not begun. */
  maxFailures?: number | undefined;
  soakS?: number | undefined;
  note?: string | undefined;
  /** Rules of lint whose errors are accepted. */
  accept?: string[] | undefined;
}

/** Stacks: catalogue, deployments, releases. Changes are operations. */
export interface StacksService {
  catalog(): Promise<StackDefinition[]>;
  show(id: string): Promise<StackDefinition>;
  render(id: string, choice: Pick<StackChoice, 'parameters' | 'profiles'> & { environment?: Environment | undefined }): Promise<RenderedFile[]>;
  plan(request: PlanRequest): Promise<{ planId: string; plans: DeployPlan[] }>;
  readonly plans: PlansService;
  readonly day2: Omit<Day2Service, 'valuesFor'>;
  deploy(request: DeployRequest): Promise<Operation>;
  rollback(request: ChangeRequest & { to?: string | undefined; soakS?: number | undefined }): Promise<Operation>;
  down(request: ChangeRequest): Promise<Operation>;
  restart(request: ChangeRequest & { services: string[] }): Promise<Operation>;
  status(request: { id?: string | undefined; selector: string }): Promise<DeploymentStatus[]>;
  releases(id: string, server: string): Promise<Release[]>;
  /** Two releases of a deployment against each other. Throws `stack.release-not-found`. */
  compare(request: { id: string; server: string; from: string; to: string }): Promise<ReleaseComparison>;
  /** What the cells of other operations on stacks need beside their context. */
  readonly cells: RolloutPorts;
  /** A stack as the catalogue has it, with what it is made of. */
  source(id: string): Promise<StackSource>;
  /** A stack for each server that a selector picks, with the values that a deploy would use. */
  rendered(request: PlanChoice & { id: string; selector: string }): Promise<PlannedStack[]>;
  logs(request: LogRequest & { selector: string }, signal: AbortSignal): Promise<StackLogSource>;
}

const oneByOne: Strategy = { kind: 'rolling', size: 1 };

/** Makes the service and registers its kinds of operation with the engine. */
export function createStacksService(ports: StacksPorts): StacksService {
  const catalog = openStackCatalog(ports.stacksDirectory, ports.ownStacksDirectory);
  const cells = {
    secrets: ports.secrets,
    operationEnded: (id: string) => hasEnded(ports.operations, id),
    pollMs: ports.gatePollMs ?? 2000,
    ...rolloutTimes(ports),
    readBlob: openProjectStore(ports.ownStacksDirectory ?? '').find,
  };
  ports.operations.register(rolloutOperation(cells));
  ports.operations.register(rollbackOperation(cells));
  ports.operations.register(downOperation(cells));
  ports.operations.register(restartOperation(cells));

  const start = async <Spec>(
    request: ChangeRequest,
    change: {
      kind: OperationKind;
      title: string;
      effect: string;
      strategy?: Strategy | undefined;
      maxFailures?: number | undefined;
      spec: Spec;
      servers: readonly Server[];
    },
  ) => {
    confirmChange(request, change.effect, change.servers);
    return ports.operations.start({
      requestId: request.requestId,
      ...(request.partOf === undefined ? {} : { parentId: request.partOf }),
      kind: change.kind,
      title: change.title,
      subject: request.id,
      who: ports.who(),
      targets: change.servers.map(({ id, name }) => ({ serverId: id, name })),
      strategy: change.strategy ?? oneByOne,
      ...(change.maxFailures === undefined ? {} : { failureLimit: change.maxFailures }),
      mutates: true,
      spec: change.spec,
    });
  };
  const { valuesFor, ...day2 } = createDay2Service({
    ...ports,
    cells,
    definitions: { get: async (id) => (await catalog.get(id)).definition, ids: () => catalog.ids() },
    rendered: (request) => renderForServers(rendering, request),
    keptReleases: () => ports.keptReleases?.() ?? 5,
    start,
    nowMs: Date.now,
  });
  const rendering: RenderPorts = { catalog, selectServers: ports.selectServers, remote: ports.remote, valuesFor };
  const judged = async ({ server, stack }: PlannedStack): Promise<LintReport> => {
    const { definition } = await catalog.get(stack.stackId);
    const known = { facts: (id: ServerId) => ports.facts?.(id) ?? null, ports: (id: ServerId) => ports.seenPorts?.(id) ?? null };
    return lintRendered({ stack, definition, server: lintServer(known, server, stack.stackId) });
  };
  const plans = createPlansService({
    ...ports,
    readBlob: cells.readBlob,
    rendered: (request) => renderForServers(rendering, request),
    lint: async (planned) => (await judged(planned)).findings,
  });
  const simple = async (request: ChangeRequest) => {
    const { definition } = await catalog.get(request.id);
    return {
      servers: await ports.selectServers(request.selector),
      title: definition.title,
      head: { stackId: definition.id as string, title: definition.title, who: ports.who() },
    };
  };

  return {
    cells,
    source: (id) => catalog.get(id),
    rendered: (request) => renderForServers(rendering, request),
    catalog: () => catalog.list(),
    show: async (id) => (await catalog.get(id)).definition,
    render: async (id, { parameters, profiles, environment }) => renderStack(await catalog.get(id), parameters, { profiles, environment }).files,
    plans,
    day2,
    plan: (request) => plans.make(request),
    async deploy(request) {
      const planned = request.planId === undefined ? null : plans.open(request.planId, request.id);
      const all = await renderForServers(rendering, { ...request, ...planned?.choice });
      planned?.check(all, Object.keys(request.secrets));
      const [first] = all;
      if (first === undefined) throw new AppError('selector.no-match', { selector: request.selector });
      const { stack } = first;
      const servers = all.map(({ server }) => server);
      checkSecrets(stack, request.secrets);
      const accepted = refuseErrors(stack.title, await Promise.all(all.map(judged)), request.accept ?? []);
      const spec: RolloutSpec = {
        stack,
        ...(all.length === 1 ? {} : { perServer: Object.fromEntries(all.map((each) => [each.server.name, each.stack])) }),
        givenSecrets: Object.keys(request.secrets),
        ...(planned === null ? {} : { marks: planned.marks }),
        who: ports.who(),
        note: noteOf(request.note, accepted),
        ...(request.soakS === undefined ? {} : { soakS: request.soakS }),
      };
      // Refused before the secrets are kept, so that a refusal leaves nothing behind.
      confirmChange(request, `deploy ${stack.title}`, servers);
      for (const server of servers) {
        for (const [name, value] of Object.entries(request.secrets)) await ports.secrets.set(secretName(stack.stackId, server.name, name), value);
      }
      const { roles } = { ...request, ...planned?.choice };
      if (roles !== undefined) await shareSecrets(new Map(all.map((each) => [each.server.name, each.stack])), Object.keys(request.secrets), ports.secrets);
      return start(request, { kind: 'rollout', title: `Deploy ${stack.title}`, effect: `deploy ${stack.title}`, strategy: request.strategy, spec, servers });
    },
    async rollback(request) {
      const { servers, title, head } = await simple(request);
      return start(request, {
        kind: 'rollback',
        title: `Roll ${title} back`,
        effect: `roll ${title} back`,
        spec: { ...head, to: request.to ?? null, ...(request.soakS === undefined ? {} : { soakS: request.soakS }) },
        servers,
      });
    },
    async down(request) {
      const { servers, title, head } = await simple(request);
      return start(request, { kind: 'stack-down', title: `Stop ${title}`, effect: `stop ${title}`, spec: head, servers });
    },
    async restart(request) {
      const { servers, title, head } = await simple(request);
      return start(request, {
        kind: 'stack-restart',
        title: `Restart ${title}`,
        effect: `restart ${title}`,
        spec: { ...head, services: request.services },
        servers,
      });
    },
    async status({ id, selector }) {
      const ids = id === undefined ? await catalog.ids() : [(await catalog.get(id)).definition.id];
      const servers = await ports.selectServers(selector);
      return readDeployments(servers, ids, { remote: ports.remote, asked: id !== undefined });
    },
    async releases(id, name) {
      await catalog.get(id);
      const [server] = await ports.selectServers(name);
      if (server === undefined) throw new AppError('server.not-found', { name });
      const state = await (await openStackServer(ports.remote(server.id), { serverName: server.name, stackId: id })).state();
      return state.releases.map(toRelease);
    },
    async compare({ id, server: name, from, to }) {
      const [server] = await ports.selectServers(name);
      if (server === undefined) throw new AppError('server.not-found', { name });
      return compareReleases(await openStackServer(ports.remote(server.id), { serverName: server.name, stackId: id }), from, to);
    },
    async logs({ selector, ...request }, signal) {
      await catalog.get(request.stackId);
      const odd = request.services.find((name) => !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name));
      if (odd !== undefined) throw new AppError('stack.parameter-invalid', { name: 'services', problem: `${odd} is no name of a service` });
      const servers = await ports.selectServers(selector);
      return openStackLogs(
        servers.map((server) => ({ serverName: server.name, remote: ports.remote(server.id) })),
        request,
        signal,
        ports.mask,
      );
    },
  };
}

/** Throws `guard.confirmation-needed` for production, unless it was confirmed with the operation that this is a part of. */
function confirmChange({ selector, confirm, partOf }: ChangeRequest, effect: string, servers: readonly Server[]): void {
  if (partOf === undefined) confirmProduction({ selector, effect, confirm }, servers);
}

/** What is kept with a release: what a person wrote, and which errors were accepted. */
function noteOf(note: string | undefined, accepted: readonly string[]): string | null {
  const words = accepted.length === 0 ? [] : [`accepted errors of lint: ${accepted.join(', ')}`];
  const all = [...(note === undefined ? [] : [note]), ...words];
  return all.length === 0 ? null : all.join(' — ');
}

function checkSecrets(stack: RenderedStack, given: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(given)) {
    const known = stack.secrets.find((secret) => secret.name === name);
    const problem = known === undefined ? 'the stack has no such secret' : secretProblem(value, known.urlSafe);
    if (problem !== null) throw new AppError('stack.parameter-invalid', { name, problem });
  }
}

/** What of the ports the cells take: times, margins, and signs of life for the locks that they hold. */
function rolloutTimes(ports: StacksPorts) {
  const { margins, soakS, lease, operations } = ports;
  const operationEnded = (id: string) => hasEnded(operations, id);
  return {
    ...(margins === undefined ? {} : { margins }),
    ...(soakS === undefined ? {} : { soakS }),
    ...(lease === undefined ? {} : { lease: { leaseS: lease.leaseS, limitS: lease.limitS } }),
    heartbeats: new LeaseHeartbeats({ operationEnded, beatMs: lease?.beatMs ?? 15_000, closing: operations.closing }),
  };
}

function hasEnded(operations: Operations, id: string): boolean {
  try {
    return !['queued', 'running', 'paused', 'waiting'].includes(operations.get(id as Operation['id']).state);
  } catch (error) {
    if (AppError.is(error, 'operation.not-found')) return false;
    throw error;
  }
}
