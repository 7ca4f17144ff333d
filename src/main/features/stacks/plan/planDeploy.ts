import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { DeployPlan, PlannedService } from '../../../../shared/contract/stackPlans.ts';
import type { LintFinding } from '../../../../shared/model/lint.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { driftOf } from '../day2/driftRules.ts';
import type { RenderedStack } from '../definition/renderStack.ts';
import { releaseEnvText } from '../projects/releaseEnv.ts';
import { type MountPlan, planMounts, withMounts } from '../release/mountRules.ts';
import { hashFiles, projectFiles, type ReadBlob } from '../release/releaseFiles.ts';
import type { ReleaseRecord, StackState } from '../release/releaseRules.ts';
import type { ResolvedProject } from '../release/resolvedProject.ts';
import { resolveSecrets, type SecretStore } from '../release/secretSource.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';
import { unpackDraft } from '../release/uploadRelease.ts';
import { planDowntime } from './downtimeRules.ts';
import { planEffects } from './effectRules.ts';
import { diffFiles } from './fileDiffRules.ts';
import type { LiveProject } from './liveRules.ts';
import { hashesOf, lookAtLive, lookAtRelease, readable } from './lookAt.ts';
import { markOf, type PlanMark } from './planMark.ts';
import { resolveDraftScript } from './planScripts.ts';
import { judgePreflight, requireDocker } from './preflightRules.ts';
import { isSame } from './pullRules.ts';
import { askRegistries } from './pulls.ts';
import { networksMadeAnew, planResources } from './resourceRules.ts';
import { requestsRunning } from './runningRequests.ts';

/** What a plan is made of. */
export interface PlanSource {
  planId: string;
  stack: RenderedStack;
  /** Values of secrets that would be given with the deploy. */
  secrets: Readonly<Record<string, string>>;
  store: SecretStore;
  readBlob?: ReadBlob | undefined;
  /** Whether registries are asked, which takes seconds. */
  registry: boolean;
  findings: LintFinding[];
}

/**
 * Works out what a deploy would do on a server. Leaves nothing there: the draft lies in a directory of its own while Compose reads it.
 * Throws the `docker.*` errors, since nothing can be planned without it, and `stack.compose-malformed`.
 */
export async function planDeploy(remote: RemoteServer, serverName: string, source: PlanSource): Promise<{ plan: DeployPlan; mark: PlanMark }> {
  const { stack } = source;
  const server = await openStackServer(remote, { serverName, stackId: stack.stackId });
  const found = await server.preflight();
  requireDocker(found, serverName);
  const state = await server.state();
  const { current } = state;
  const [secrets, applied] = await Promise.all([planSecrets(server, state, source), current === null ? null : lookAtRelease(server, current)]);
  const draft = await readDraft(server, source, secrets.values);
  const { desired, mounts } = draft;
  const references = referencesOf(desired);
  const [hashes, live] = await Promise.all([hashesOf(server, desired, stack.profiles), lookAtLive(server, [...references.keys()])]);
  const pulled = await askRegistries(server, { references, live, freeBytes: found.diskMib === null ? null : found.diskMib * 1024 ** 2, ask: source.registry });
  const resources = planResources(desired, applied?.project ?? null, live, found.composeVersion);
  const oldTrees = new Map((current?.mounts?.trees ?? []).map((tree) => [tree.hash, tree]));

  const services = planEffects({
    desired: { project: desired, hashes },
    applied,
    containers: live.containers,
    imageAfter: (reference) => {
      const image = live.images.get(reference) ?? null;
      const registry = pulled.registry.get(reference);
      if (registry === undefined || typeof registry === 'string') return image?.Id ?? null;
      return image !== null && isSame(image, registry) ? image.Id : (registry.digests[1] ?? null);
    },
    networksAnew: networksMadeAnew(desired, resources.networks),
    composeVersion: found.composeVersion,
    phases: stack.start.flatMap((phase) => ('run' in phase ? [] : [phase.services])),
    files: (now, before) => changedBelow({ now, before }, { mounts, oldTrees, hashes: draft.hashes, old: current?.fileHashes ?? {} }),
  });
  const downtime = planDowntime(services, desired, live.containers);
  const running = await requestsRunning(server, services, live.containers);
  const judged = judgePreflight(found, stack);
  const drift = current === null ? { items: [], unknowns: [] } : driftOf({ release: current, applied, live, secrets: Object.values(secrets.values) });
  const files = diffFiles(applied?.files ?? new Map(), draft.files, {
    secrets: Object.values({ ...secrets.onServer, ...secrets.values }),
    services: { ...current?.mounts?.services, ...mounts.services },
    secretFiles: new Set(stack.project?.envFiles.map(({ path }) => path) ?? []),
  });
  const plan: DeployPlan = {
    serverName,
    release: `r${state.nextNumber}`,
    from: current?.id ?? null,
    services: inStackOrder(services, stack).map((service) => ({ ...service, ...extras(service, downtime.services, running) })),
    files,
    secrets: secrets.changes,
    parameters: changedParameters(current, stack),
    networks: resources.networks,
    volumes: resources.volumes,
    pulls: pulled.plan,
    downtime: downtime.whole,
    drift: drift.items,
    findings: source.findings,
    shortfalls: [...judged.shortfalls, ...resources.shortfalls, ...pausedOnes(live), ...(pulled.plan.fits === false ? [pullShortfall(pulled.plan)] : [])],
    unknowns: [
      ...judged.unknowns,
      ...pulled.unknowns,
      ...drift.unknowns,
      ...mounts.outside.map((path) => `what ${path} is on the server, a path out of the project`),
    ],
  };
  return { plan, mark: markOf(source.planId, state, live) };
}

interface Draft {
  desired: ResolvedProject;
  mounts: MountPlan;
  files: Map<string, { sha256: string; text: string | null }>;
  hashes: Map<string, string>;
}

async function readDraft(server: StackServer, { stack, readBlob }: PlanSource, secrets: Readonly<Record<string, string>>): Promise<Draft> {
  const files = await projectFiles(stack, secrets, readBlob);
  const hashed = hashFiles(files);
  const draft = `/tmp/.pilothouse-plan-${randomBytes(12).toString('hex')}`;
  const project = await unpackDraft(server, stack, { draft, files, env: { env: releaseEnvText(stack, secrets) }, script: resolveDraftScript });
  const mounts = planMounts(project, hashed, { root: posix.join(draft, 'project'), stack: server.directory });
  const sides = files.map(
    ({ path, bytes }, index) => [path, { sha256: hashed[index]?.sha256 ?? '', text: bytes.length > 65_536 ? null : readable(bytes) }] as const,
  );
  return { desired: withMounts(project, mounts), mounts, files: new Map(sides), hashes: new Map(hashed.map(({ path, sha256 }) => [path, sha256])) };
}

/** The values that a deploy would use. One that it would make up is made up here too, and thrown away. */
async function planSecrets(server: StackServer, state: StackState, { stack, secrets: given, store }: PlanSource) {
  const before = state.current ?? state.releases.find((release) => release.state === 'superseded') ?? null;
  const onServer = before === null ? {} : await server.secretsOf(before.id);
  const values: Record<string, string> = {};
  for (const secret of stack.secrets) {
    const options = { serverName: server.serverName, given: [], onServer, store, generate: false };
    const known = given[secret.name] === undefined ? await resolveSecrets({ ...stack, secrets: [secret] }, options) : null;
    values[secret.name] = given[secret.name] ?? known?.[secret.name] ?? (secret.given ? '' : randomBytes(24).toString('base64url'));
  }
  const changes = stack.secrets.map(({ name }) => {
    const old = onServer[name];
    return { name, change: old === undefined ? ('new' as const) : old === values[name] ? ('kept' as const) : ('changed' as const) };
  });
  const gone = (before?.secretNames ?? []).filter((name) => !(name in values)).map((name) => ({ name, change: 'removed' as const }));
  return { values, onServer, changes: [...changes, ...gone] };
}

function referencesOf(project: ResolvedProject): Map<string, string[]> {
  const references = new Map<string, string[]>();
  for (const [name, { image, ...rest }] of Object.entries(project.services)) {
    // What is built on the server is in no registry.
    if (image !== undefined && rest['build'] == null) references.set(image, [...(references.get(image) ?? []), name]);
  }
  return references;
}

/** Files below a mount whose content is another than before, by the places of both. */
function changedBelow(
  at: { now: string; before: string },
  known: {
    mounts: MountPlan;
    oldTrees: ReadonlyMap<string, MountPlan['trees'][number]>;
    hashes: ReadonlyMap<string, string>;
    old: Readonly<Record<string, string>>;
  },
): string[] {
  const hashIn = (source: string) => /\/files\/([0-9a-f]{16})\//.exec(source)?.[1] ?? '';
  const now = known.mounts.trees.find(({ hash }) => hash === hashIn(at.now));
  const before = known.oldTrees.get(hashIn(at.before));
  if (now === undefined || before === undefined || now.path !== before.path) return [];
  return [...new Set([...now.files, ...before.files])].filter((path) => known.hashes.get(path) !== known.old[path]).sort();
}

/** As the stack names them; what it does not name comes last. */
function inStackOrder(services: readonly PlannedService[], stack: RenderedStack): PlannedService[] {
  const place = (name: string) => stack.services.findIndex((service) => service.name === name) >>> 0;
  return services.toSorted((a, b) => place(a.name) - place(b.name));
}

function extras(service: PlannedService, downtime: ReadonlyMap<string, { seconds: number | null; why: string }>, running: ReadonlyMap<string, number | null>) {
  const own = downtime.get(service.name);
  return { ...(own === undefined ? {} : { downtime: own }), ...(running.has(service.name) ? { requestsRunning: running.get(service.name) ?? null } : {}) };
}

function changedParameters(current: ReleaseRecord | null, { parameters }: RenderedStack): DeployPlan['parameters'] {
  if (current === null) return [];
  const names = [...new Set([...Object.keys(current.parameters), ...Object.keys(parameters)])].sort();
  return names.flatMap((name) => {
    const [from, to] = [current.parameters[name] ?? null, parameters[name] ?? null];
    return from === to ? [] : [{ name, from, to }];
  });
}

function pausedOnes(live: LiveProject): string[] {
  return live.containers
    .filter(({ state }) => state === 'paused')
    .map(({ name }) => `the container ${name} is paused, which Compose cannot start: unpause it first`);
}

function pullShortfall({ neededBytes, freeBytes }: NonNullable<DeployPlan['pulls']>): string {
  const mib = (bytes: number | null) => Math.round((bytes ?? 0) / 1024 ** 2);
  return `free disk is ${mib(freeBytes)} MiB, about ${mib(neededBytes)} MiB are needed for the images`;
}
