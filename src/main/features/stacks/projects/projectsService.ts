import { join, posix } from 'node:path';
import type { z } from 'zod';
import { type FoundProject, type Project, type ProjectChoice, type projectChangeSchema, projectChoiceSchema } from '../../../../shared/contract/projects.ts';
import { AppError, type SerializedError, serializeError } from '../../../../shared/errors.ts';
import { confirmProduction } from '../../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { ProjectOrigin } from '../../../../shared/model/stack.ts';
import type { Operations } from '../../../operations/operations.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { canonical } from '../definition/composeRules.ts';
import type { RolloutPorts } from '../rollout/rolloutRun.ts';
import { adoptOperation } from './adoptOperation.ts';
import { findProjects } from './discover.ts';
import { fetchGit, withoutPassword } from './fetchGit.ts';
import { localFolder } from './localFolder.ts';
import { type ProjectRecord, projectSecretName } from './projectRecord.ts';
import type { ProjectStore } from './projectStore.ts';
import { viewProject } from './projectViewRules.ts';
import { readRemoteFolder } from './remoteFolder.ts';
import { projectSource, renderAdopted } from './renderProject.ts';
import { type TakenProject, takeProject } from './takeProject.ts';

/** What projects need from the rest of the core. */
export interface ProjectsPorts {
  store: ProjectStore;
  /** Names of stacks that are not a person's own projects. */
  otherStacks(): Promise<string[]>;
  secrets: {
    get(name: string): Promise<string | null>;
    set(name: string, value: string): Promise<void>;
    unset(name: string): Promise<void>;
    list(prefix: string): { name: string }[];
  };
  /** Names of the servers where a stack was last seen. */
  deployedOn(id: string): string[];
  operations: Operations;
  /** What the cells of an adoption need beside their context. */
  cells: RolloutPorts;
  who(): string;
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  nowMs(): number;
}

type Source = { kind: 'folder'; path: string } | { kind: 'git'; url: string; ref: string; subdirectory: string };

/** A person's own compose projects. */
export interface ProjectsService {
  list(): Promise<Project[]>;
  add(request: { id: string; source: Source; choice: ProjectChoice }, signal?: AbortSignal): Promise<{ project: Project; notes: string[] }>;
  refresh(
    request: { id: string; ref?: string | undefined },
    signal?: AbortSignal,
  ): Promise<{ project: Project; notes: string[]; changes: z.infer<typeof projectChangeSchema>[]; secretsChanged: string[] }>;
  remove(request: { id: string; force: boolean }): Promise<void>;
  adopt(
    request: { requestId: RequestId; confirm?: string | undefined; server: string; project: string; id?: string | undefined },
    signal?: AbortSignal,
  ): Promise<{ project: Project; notes: string[]; operation: Operation }>;
  discover(selector: string): Promise<{ found: FoundProject[]; failures: { serverName: string; error: SerializedError }[] }>;
}

/** Makes the service, and registers its kind of operation with the engine. */
export function createProjectsService(ports: ProjectsPorts): ProjectsService {
  ports.operations.register(adoptOperation(ports.cells));
  const known = (id: string) => (name: string) => ports.secrets.get(projectSecretName(id, name));
  const existing = async (id: string): Promise<ProjectRecord> => {
    const record = await ports.store.get(id);
    if (record === null) throw new AppError('stack.not-found', { id });
    return record;
  };

  const checkFree = async (id: string) => {
    if ((await ports.store.get(id)) === null && !(await ports.otherStacks()).includes(id)) return;
    throw new AppError('stack.parameter-invalid', { name: 'name', problem: `there is a stack called ${id} already` });
  };

  /** Takes the files from where they are. Whatever had to be fetched is removed again. */
  const take = async (id: string, source: Source, choice: ProjectChoice, previous: ProjectRecord | null, signal?: AbortSignal): Promise<TakenProject> => {
    const about = { id, asked: choice, previous, known: known(id), nowMs: ports.nowMs() };
    if (source.kind === 'folder') return takeProject(localFolder(source.path), { ...about, from: { kind: 'folder', path: source.path } });
    const subdirectory = posix.normalize(source.subdirectory === '' ? '.' : source.subdirectory);
    if (subdirectory.startsWith('..') || posix.isAbsolute(subdirectory)) {
      throw new AppError('stack.parameter-invalid', { name: 'path', problem: 'a folder of the repository is needed' });
    }
    const checkout = await fetchGit(source.url, source.ref, { submodules: choice.submodules, ...(signal === undefined ? {} : { signal }) });
    try {
      const from: ProjectOrigin = {
        ...source,
        url: withoutPassword(source.url),
        subdirectory: subdirectory === '.' ? '' : subdirectory,
        commit: checkout.commit,
      };
      const taken = await takeProject(localFolder(join(checkout.folder, subdirectory)), { ...about, from });
      const left = checkout.submodules.map((path) => `${path} is a submodule and was left out`);
      return { ...taken, notes: [...taken.notes, ...left] };
    } finally {
      await checkout.remove();
    }
  };

  return {
    async list() {
      const records = await Promise.all((await ports.store.ids()).map((id) => ports.store.get(id).catch(() => null)));
      return records.flatMap((record) => (record === null ? [] : [toProject(record)]));
    },
    async add({ id, source, choice }, signal) {
      await checkFree(id);
      const taken = await take(id, source, choice, null, signal);
      await keepProject(ports, taken);
      return { project: toProject(taken.record), notes: taken.notes };
    },
    async refresh({ id, ref }, signal) {
      const before = await existing(id);
      if (before.from.kind === 'server') {
        throw new AppError('stack.parameter-invalid', {
          name: 'name',
          problem: `${id} was adopted from ${before.from.server}: there is no folder to take it from anew`,
        });
      }
      const source: Source = before.from.kind === 'git' ? { ...before.from, ref: ref ?? before.from.ref } : before.from;
      const taken = await take(id, source, before.asked, before, signal);
      const changes = changesBetween(before, taken.record);
      const secretsChanged = taken.changedSecrets;
      const moved = changes.length > 0 || secretsChanged.length > 0 || canonical(before.from) !== canonical(taken.record.from);
      const record = { ...taken.record, version: before.version + (moved ? 1 : 0) };
      await keepProject(ports, { ...taken, record });
      return { project: toProject(record), notes: taken.notes, changes, secretsChanged };
    },
    async remove({ id, force }) {
      await existing(id);
      const servers = ports.deployedOn(id);
      if (servers.length > 0 && !force) throw new AppError('stack.deployed', { stack: id, servers: servers.slice(0, 20) });
      await ports.store.remove(id);
      for (const { name } of ports.secrets.list(projectSecretName(id, ''))) await ports.secrets.unset(name);
    },
    async adopt({ requestId, confirm, server: name, project, id = stackIdFor(project) }, signal) {
      const [server] = await ports.selectServers(name);
      if (server === undefined || server.name !== name) throw new AppError('server.not-found', { name });
      confirmProduction({ selector: name, effect: `adopt ${project}`, confirm }, [server]);
      await checkFree(id);
      const remote = ports.remote(server.id);
      const found = (await findProjects(remote, name, signal)).find((each) => each.project === project);
      if (found === undefined) throw new AppError('stack.project-not-found', { server: name, project });
      const { sudo } = await remote.stateDirectory(signal);
      const place = { serverName: name, root: found.workingDirectory, sudo, signal };
      const from: ProjectOrigin = { kind: 'server', server: name, project, path: found.workingDirectory };
      const choice = projectChoiceSchema.parse({ files: inside(found, found.configFiles), envFiles: inside(found, found.environmentFiles) });
      const about = { id, from, asked: choice, previous: null, known: known(id), nowMs: ports.nowMs(), name: project, keptIn: found.workingDirectory };
      const taken = await readRemoteFolder(remote, place, (folder) => takeProject(folder, about));
      // What runs says which profiles are on: those of the services that are there.
      const record = withRunningProfiles(taken.record, found.services);
      await keepProject(ports, { ...taken, record });
      const stack = renderAdopted(record, found.workingDirectory);
      const operation = await ports.operations.start({
        requestId,
        kind: 'stack-adopt',
        title: `Adopt ${project}`,
        subject: id,
        who: ports.who(),
        targets: [{ serverId: server.id, name }],
        strategy: { kind: 'rolling', size: 1 },
        mutates: true,
        spec: { stack, project, who: ports.who() },
      });
      return { project: toProject(record), notes: taken.notes, operation };
    },
    async discover(selector) {
      const servers = await ports.selectServers(selector);
      const settled = await Promise.allSettled(servers.map((server) => findProjects(ports.remote(server.id), server.name)));
      const failures = settled.flatMap((result, index) => {
        if (result.status === 'fulfilled') return [];
        if (!(result.reason instanceof AppError)) throw result.reason;
        return [{ serverName: servers[index]?.name ?? '', error: serializeError(result.reason) }];
      });
      return { found: settled.flatMap((result) => (result.status === 'fulfilled' ? result.value.map((found) => foundOf(found)) : [])), failures };
    },
  };
}

/** Keeps a project that was taken, and its secrets sealed. Secrets come first: a project never misses one. */
export async function keepProject(ports: Pick<ProjectsPorts, 'secrets' | 'store'>, taken: Pick<TakenProject, 'record' | 'values' | 'blobs'>): Promise<void> {
  for (const [name, value] of taken.values) {
    const key = projectSecretName(taken.record.id, name);
    if ((await ports.secrets.get(key)) !== value) await ports.secrets.set(key, value);
  }
  // Rendered once: what cannot be rendered is not kept.
  projectSource(taken.record);
  await ports.store.put(taken.record, taken.blobs);
}

/** What clients see of a project. */
export function toProject(record: ProjectRecord): Project {
  const { definition } = projectSource(record);
  return {
    id: definition.id,
    version: record.version,
    takenAtMs: record.takenAtMs,
    from: record.from,
    composeFiles: record.composeFiles,
    profiles: record.profiles,
    files: record.files.length + record.envFiles.length,
    services: definition.services.map(({ name }) => name),
    secrets: record.secrets,
    kept: record.kept,
  };
}

function foundOf({ environmentFiles: _environmentFiles, hashes: _hashes, ...found }: Awaited<ReturnType<typeof findProjects>>[number]): FoundProject {
  return found;
}

function changesBetween(before: ProjectRecord, after: ProjectRecord): z.infer<typeof projectChangeSchema>[] {
  const byPath = (record: ProjectRecord) => new Map([...record.files, ...record.envFiles].map((file) => [file.path, canonical(file)]));
  const [old, now] = [byPath(before), byPath(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    return [{ path, change: was === undefined ? ('added' as const) : is === undefined ? ('removed' as const) : ('changed' as const) }];
  });
}

/** Files that Compose noted, relative to the project's folder. */
function inside(found: { workingDirectory: string; project: string; serverName: string }, paths: readonly string[]): string[] {
  return paths.map((path) => {
    const relative = posix.relative(found.workingDirectory, path);
    if (!relative.startsWith('..')) return relative;
    const differences = [`${path} lies outside of ${found.workingDirectory}`];
    throw new AppError('stack.differs', { server: found.serverName, project: found.project, differences });
  });
}

function stackIdFor(project: string): string {
  const id = project
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63);
  return id === '' ? 'project' : id;
}

function withRunningProfiles(record: ProjectRecord, services: readonly string[]): ProjectRecord {
  const on = viewProject(record).services.filter(({ name }) => services.includes(name));
  return { ...record, profiles: [...new Set(on.flatMap(({ profiles }) => profiles))] };
}
