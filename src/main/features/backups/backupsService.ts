import type { BackupPruneItem } from '../../../shared/contract/backups.ts';
import { AppError } from '../../../shared/errors.ts';
import {
  type BackupHealth,
  type BackupPlace,
  type BackupPolicy,
  type BackupSet,
  backupPolicySchema,
  defaultBackupRoot,
  type Retention,
  retentionSchema,
} from '../../../shared/model/backup.ts';
import { confirmProduction } from '../../../shared/model/confirmation.ts';
import type { OperationId, RequestId, ServerId, StackId } from '../../../shared/model/ids.ts';
import type { Operation, OperationKind } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Operations } from '../../operations/operations.ts';
import { backupOperation, isDamaged } from './backupOperation.ts';
import { type BackupPorts, placeName, releasePart } from './backupPorts.ts';
import { judgeHealth } from './healthRules.ts';
import { openPlace } from './openPlace.ts';
import { pruneOperation } from './pruneOperation.ts';
import { nearestPlace, refreshSets } from './refreshSets.ts';
import { restoreOperation } from './restoreOperation.ts';
import { restoreTestOperation } from './restoreTestOperation.ts';
import { judgeRetention } from './retentionRules.ts';
import { verifyOperation } from './verifyOperation.ts';

/** What the service needs beside what its operations need. */
export interface BackupsServicePorts extends BackupPorts {
  operations: Operations;
  /** Throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  allServers(): Server[];
  /** Stacks that were last seen deployed on a server. */
  deployed(id: ServerId): readonly string[];
  /** Services of a stack of the catalogue that keep data, and those that have a recipe; null: it is not in the catalogue. */
  stackServices(id: string): Promise<{ title: string; stateful: string[]; recipes: string[] } | null>;
  who(): string;
}

interface Target {
  requestId: RequestId;
  id: string;
  selector: string;
  /** The operation that this is a part of; it was confirmed. */
  partOf?: OperationId | undefined;
}

/** Which set is meant: see the contract. */
export interface SetChoice {
  set?: string | undefined;
  from?: string | undefined;
  place?: BackupPlace | undefined;
}

/** A backup as it was asked for. */
export interface RunRequest extends Target {
  services: string[];
  places?: BackupPlace[] | undefined;
  retention?: Retention | undefined;
  sealedBy?: string | null | undefined;
  acceptSmaller: boolean;
}

/** Backups of stacks. Changes are operations. */
export interface BackupsService {
  health(request: { id?: string | undefined; selector?: string | undefined }): Promise<BackupHealth[]>;
  list(request: { id?: string | undefined; server?: string | undefined; refresh: boolean }): Promise<{ sets: BackupSet[]; unreachable: string[] }>;
  policy(request: { id: string; selector: string }): Promise<{ serverName: string; policy: BackupPolicy | null }[]>;
  setPolicy(request: { id: string; selector: string; policy: BackupPolicy }): Promise<string[]>;
  run(request: RunRequest): Promise<Operation>;
  verify(request: Target & SetChoice & { deep: boolean }): Promise<Operation>;
  test(request: Target & SetChoice & { services: string[] }): Promise<Operation>;
  restore(request: Target & SetChoice & { services: string[]; fresh: boolean; whole?: boolean; confirm?: string | undefined }): Promise<Operation>;
  prunable(request: { id: string; selector: string; retention?: Retention | undefined }): Promise<BackupPruneItem[]>;
  prune(request: Target & { retention?: Retention | undefined; sets: string[]; confirm?: string | undefined }): Promise<Operation>;
}

const one = { kind: 'all' as const, concurrency: 4 };

/** Makes the service and registers its kinds of operation with the engine. */
export function createBackupsService(ports: BackupsServicePorts): BackupsService {
  const { repo, operations } = ports;
  operations.register(backupOperation(ports));
  operations.register(verifyOperation(ports));
  operations.register(pruneOperation(ports));
  operations.register(restoreTestOperation(ports));
  operations.register(restoreOperation(ports));

  const start = <Spec>(request: Target, change: { kind: OperationKind; title: string; mutates: boolean; servers: readonly Server[]; spec: Spec }) =>
    operations.start<Spec>({
      ...{ requestId: request.requestId, kind: change.kind, title: change.title, subject: request.id, who: ports.who(), strategy: one },
      targets: change.servers.map(({ id, name }) => ({ serverId: id, name })),
      ...(request.partOf === undefined ? {} : { parentId: request.partOf }),
      ...{ mutates: change.mutates, spec: change.spec },
    });
  const titleOf = async (id: string) => (await ports.stackServices(id))?.title ?? id;
  const onlyServer = async (selector: string) => {
    const servers = await ports.selectServers(selector);
    const [server, second] = servers;
    if (server === undefined) throw new AppError('selector.no-match', { selector });
    if (second !== undefined) throw new AppError('selector.invalid', { selector, problem: 'a restore is for one server' });
    return server;
  };
  const choose = async (request: { id: string } & SetChoice, server: Server): Promise<{ set: BackupSet; place: BackupPlace }> => {
    const serverName = request.from ?? server.name;
    const key = { serverName, stackId: request.id as StackId };
    const find = () =>
      repo
        .sets(key)
        .find(({ manifest }) => (request.set === undefined ? manifest.kind === 'backup' && !damagedEverywhere(manifest.id, key) : manifest.id === request.set));
    const damagedEverywhere = (id: string, of: typeof key) => {
      const places = repo.find({ ...of, id })?.places ?? [];
      return places.length > 0 && places.every((place) => isDamaged(ports, { ...of, id }, placeName(place)));
    };
    let set = find();
    if (set === undefined) {
      await refreshSets(ports, serverName, request.id, request.place === undefined ? [] : [request.place]);
      set = find();
    }
    const place = request.place ?? nearestPlace(ports, set, server.name);
    if (set === undefined || place === undefined)
      throw new AppError('backup.not-found', { server: serverName, stack: request.id, set: request.set ?? 'at all' });
    return { set, place };
  };
  const partsOf = (set: BackupSet, wanted: readonly string[], withRelease: boolean) => {
    const there = set.manifest.parts.map(({ service }) => service);
    const unknown = wanted.find((service) => !there.includes(service));
    if (unknown !== undefined) throw new AppError('stack.parameter-invalid', { name: 'services', problem: `${set.manifest.id} does not hold ${unknown}` });
    return wanted.length > 0 ? there.filter((service) => wanted.includes(service)) : there.filter((service) => withRelease || service !== releasePart);
  };
  const placesOf = (serverId: ServerId, stackId: string, given?: readonly BackupPlace[]): BackupPlace[] => {
    const places = given ?? repo.policy(serverId, stackId)?.places ?? [];
    const home = places.find(({ kind }) => kind === 'here') ?? { kind: 'here' as const, path: defaultBackupRoot };
    return [home, ...places.filter((place) => place !== home && place.kind !== 'here')];
  };

  return {
    async health({ id, selector }) {
      const servers = selector === undefined ? ports.allServers() : await ports.selectServers(selector);
      return healthOf(ports, servers, id);
    },
    async list({ id, server, refresh: anew }) {
      const unreachable: string[] = [];
      if (anew) {
        const servers = server === undefined ? ports.allServers() : await ports.selectServers(server);
        for (const each of servers) {
          const stacks = new Set([
            ...ports.deployed(each.id),
            ...repo.all().flatMap(({ manifest }) => (manifest.serverName === each.name ? [manifest.stackId] : [])),
          ]);
          for (const stackId of stacks) if (id === undefined || stackId === id) unreachable.push(...(await refreshSets(ports, each.name, stackId, [])));
        }
      }
      const sets = repo
        .all()
        .filter(({ manifest }) => (id === undefined || manifest.stackId === id) && (server === undefined || manifest.serverName === server));
      return { sets, unreachable: [...new Set(unreachable)] };
    },
    policy: async ({ id, selector }) =>
      (await ports.selectServers(selector)).map((server) => ({ serverName: server.name, policy: repo.policy(server.id, id) })),
    async setPolicy({ id, selector, policy }) {
      const servers = await ports.selectServers(selector);
      for (const place of policy.places) if (place.kind === 'server') ports.serverByName(place.server);
      for (const server of servers) repo.setPolicy(server.id, id, backupPolicySchema.parse(policy), ports.nowMs());
      return servers.map(({ name }) => name);
    },
    async run(request) {
      const servers = await ports.selectServers(request.selector);
      const known = await ports.stackServices(request.id);
      const [first] = servers;
      const policy = first === undefined ? null : repo.policy(first.id, request.id);
      const wanted = request.services.length > 0 ? request.services : (policy?.services ?? []);
      const all = [...(known?.recipes ?? []), releasePart];
      const unknown = wanted.find((service) => !all.includes(service));
      if (unknown !== undefined) throw new AppError('stack.parameter-invalid', { name: 'services', problem: `${unknown} has no recipe` });
      const title = known?.title ?? request.id;
      const spec = {
        ...{ stackId: request.id, title, who: ports.who(), services: wanted.length > 0 ? wanted : all },
        places: first === undefined ? [] : placesOf(first.id, request.id, request.places),
        retention: request.retention ?? policy?.retention ?? retentionSchema.parse({}),
        sealedBy: request.sealedBy === undefined ? (policy?.sealedBy ?? null) : request.sealedBy,
        acceptSmaller: request.acceptSmaller,
      };
      return start(request, { kind: 'backup', title: `Back up ${title}`, mutates: true, servers, spec });
    },
    async verify(request) {
      const server = await onlyServer(request.selector);
      const { set } = await choose(request, server);
      const title = await titleOf(request.id);
      const places = request.place === undefined ? set.places : [request.place];
      const spec = { stackId: request.id, title, manifest: set.manifest, places, deep: request.deep };
      return start(request, { kind: 'backup-verify', title: `Verify the backup of ${title}`, mutates: false, servers: [server], spec });
    },
    async test(request) {
      const server = await onlyServer(request.selector);
      const { set, place } = await choose(request, server);
      const title = await titleOf(request.id);
      const spec = { stackId: request.id, title, who: ports.who(), source: { manifest: set.manifest, place }, services: partsOf(set, request.services, true) };
      return start(request, { kind: 'restore-test', title: `Try the backup of ${title}`, mutates: true, servers: [server], spec });
    },
    async restore(request) {
      const server = await onlyServer(request.selector);
      const { set, place } = await choose(request, server);
      const title = await titleOf(request.id);
      const effect = `replace the data of ${title} by that of ${set.manifest.id}`;
      if (request.partOf === undefined) confirmProduction({ selector: request.selector, effect, confirm: request.confirm }, [server]);
      const services = partsOf(set, request.services, request.whole ?? false);
      const spec = { stackId: request.id, title, who: ports.who(), source: { manifest: set.manifest, place }, services, fresh: request.fresh };
      return start(request, { kind: 'restore', title: `Restore ${title}`, mutates: true, servers: [server], spec });
    },
    async prunable({ id, selector, retention }) {
      const items: BackupPruneItem[] = [];
      for (const server of await ports.selectServers(selector)) {
        for (const place of placesOf(server.id, id)) items.push(...(await judgePlace(ports, server, id, place, retention)));
      }
      return items;
    },
    async prune(request) {
      const servers = await ports.selectServers(request.selector);
      const [first] = servers;
      const title = await titleOf(request.id);
      if (request.partOf === undefined)
        confirmProduction({ selector: request.selector, effect: `remove backups of ${title}`, confirm: request.confirm }, servers);
      const places = first === undefined ? [] : placesOf(first.id, request.id);
      const retention = request.retention ?? (first === undefined ? null : repo.policy(first.id, request.id)?.retention) ?? retentionSchema.parse({});
      const spec = { stackId: request.id, title, places, retention, sets: request.sets };
      return start(request, { kind: 'backup-prune', title: `Let backups of ${title} go`, mutates: true, servers, spec });
    },
  };
}

async function judgePlace(ports: BackupsServicePorts, server: Server, stackId: string, place: BackupPlace, given?: Retention): Promise<BackupPruneItem[]> {
  const of = { serverName: server.name, stackId };
  const { files } = await openPlace(ports, place, of, { home: { remote: ports.remote(server.id), serverName: server.name } });
  const { sets } = await files.list();
  const retention = given ?? ports.repo.policy(server.id, stackId)?.retention ?? retentionSchema.parse({});
  const kept = sets.map(({ id, kind, startedAtMs }) => ({ id, kind, atMs: startedAtMs, good: !isDamaged(ports, { ...of, id }, placeName(place)) }));
  return judgeRetention(kept, retention, ports.nowMs()).map(({ id, goes, why }) => ({
    ...{ serverName: server.name, place, set: id, goes, why },
    bytes: sets.find((each) => each.id === id)?.parts.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
  }));
}

async function healthOf(ports: BackupsServicePorts, servers: readonly Server[], only: string | undefined): Promise<BackupHealth[]> {
  const all = ports.repo.all();
  const runs = ports.operations.list({ kind: 'backup', limit: 1000 });
  const judged: BackupHealth[] = [];
  for (const { id: serverId, name: serverName } of servers) {
    const known = all.filter(({ manifest }) => manifest.serverName === serverName);
    const policies = ports.repo.policies().flatMap((each) => (each.serverId === serverId ? [each.stackId] : []));
    const stacks = new Set([...ports.deployed(serverId), ...policies, ...known.map(({ manifest }) => manifest.stackId as string)]);
    for (const stackId of [...stacks].sort()) {
      if (only !== undefined && only !== stackId) continue;
      const services = await ports.stackServices(stackId);
      const run = runs.find((each) => each.subject === stackId && each.finishedAtMs !== null && each.targets.some((target) => target.serverId === serverId));
      judged.push(
        judgeHealth(
          {
            ...{ serverId, serverName, stackId: stackId as StackId, policy: ports.repo.policy(serverId, stackId) },
            sets: known.filter(({ manifest }) => manifest.stackId === stackId),
            ...{ stateful: services?.stateful ?? [], recipes: services?.recipes ?? [] },
            lastRun: run?.finishedAtMs == null ? null : { atMs: run.finishedAtMs, ok: run.state === 'succeeded' },
          },
          ports.nowMs(),
        ),
      );
    }
  }
  return judged;
}
