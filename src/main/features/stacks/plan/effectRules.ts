import type { PlannedService, PlanReason } from '../../../../shared/contract/stackPlans.ts';
import { versionAtLeast } from '../../../../shared/model/version.ts';
import { type ResolvedProject, type ResolvedService, scaleOf, tiedTo } from '../release/resolvedProject.ts';
import { isUp, type LiveContainer } from './liveRules.ts';
import { reasonsBetween, sentence } from './reasonRules.ts';

/** What Compose compares, and what it would do it with. */
export interface EffectInput {
  desired: { project: ResolvedProject; hashes: ReadonlyMap<string, string> };
  /** The release that runs, as Compose reads it now; null: none does, or it cannot be read. */
  applied: { project: ResolvedProject; hashes: ReadonlyMap<string, string> } | null;
  containers: readonly LiveContainer[];
  /** Id that the image of a reference has after the pull; null: unknown. */
  imageAfter: (reference: string) => string | null;
  /** Names of networks (as the project calls them) that are made anew. */
  networksAnew: ReadonlySet<string>;
  composeVersion: string | null;
  /** Services that are started before the rest, phase by phase. */
  phases?: readonly (readonly string[])[];
  /** Changed files of the release below a mount. */
  files?: (source: string, oldSource: string) => readonly string[];
}

/** From this version on Compose restarts what depends on a service with `restart: true`; before, it makes everything anew that depends on it. Source: https://github.com/docker/compose/pull/12122 */
const stopsDependents = '2.29.4';

/** Whether a Compose of this version makes containers anew only because one that they depend on is. */
export function cascades(composeVersion: string | null): boolean {
  return composeVersion !== null && !versionAtLeast(composeVersion, stopsDependents);
}

/**
 * What `docker compose up --detach --remove-orphans` does to each service, by the rules that Compose itself goes by: the hash in the
 * containers' labels, the image that a reference stands for, namespaces that are shared, dependencies, scale and what does not run.
 */
export function planEffects(input: EffectInput): PlannedService[] {
  const { desired, containers } = input;
  const services = desired.project.services;
  const own = new Map(Object.keys(services).map((name) => [name, containers.filter((each) => each.service === name && !each.oneOff)]));
  const reasons = new Map(Object.entries(services).map(([name, service]) => [name, recreateReasons(name, service, own.get(name) ?? [], input)]));
  const restarted = spread(services, reasons, own, input);
  const effects = Object.entries(services).map(([name, service]) =>
    effectOf(name, service, own.get(name) ?? [], reasons.get(name) ?? [], restarted.get(name) ?? null),
  );
  const gone = [...new Set(containers.filter(({ service, oneOff }) => !oneOff && !(service in services)).map(({ service }) => service))];
  return [...effects, ...gone.map((name) => removed(name, containers))];
}

/** Why the containers of a service do not stay; none: they do, as far as only the service itself counts. */
function recreateReasons(name: string, service: ResolvedService, own: readonly LiveContainer[], input: EffectInput): PlanReason[] {
  const { desired, applied } = input;
  const wanted = desired.hashes.get(name) ?? null;
  const before = applied?.project.services[name];
  const tied = tiedTo(service).length > 0;
  // Of a service that shares a namespace the label holds the hash with the other container's id in it, which is of no use here.
  const differs = own.some(({ hash }) => (tied ? (applied?.hashes.get(name) ?? wanted) !== wanted : hash !== wanted));
  const found: PlanReason[] = [];
  if (differs) {
    const changed = before === undefined ? [] : reasonsBetween(before, service, input.files);
    found.push(...(changed.length > 0 ? changed : [reason('definition', 'what runs was not made from the release that is recorded')]));
  }
  const image = service.image === undefined ? null : input.imageAfter(service.image);
  if (!differs && service.image !== undefined && own.some(({ imageLabel }) => imageLabel !== null && imageLabel !== image))
    found.push(reason('image', image === null ? `${service.image} has to be pulled` : `there is another image under ${service.image}`));
  const networks = Object.keys(service.networks ?? {}).filter((network) => input.networksAnew.has(network));
  if (own.length > 0) found.push(...networks.map((network) => reason(`networks.${network}`, `the network ${network} is made anew`)));
  return found;
}

/**
 * Adds to `reasons` what follows from services that are made anew; returns those that are only restarted, with the one that it is for.
 * A call of Compose sees only the services that it is about and what they depend on, so that each phase of a start is gone through for itself.
 */
function spread(
  services: ResolvedProject['services'],
  reasons: Map<string, PlanReason[]>,
  own: ReadonlyMap<string, readonly LiveContainer[]>,
  { composeVersion, phases = [] }: Pick<EffectInput, 'composeVersion' | 'phases'>,
): Map<string, string> {
  const all = cascades(composeVersion);
  const restarted = new Map<string, string>();
  const there = (name: string) => (own.get(name) ?? []).length > 0;
  const settled = new Set<string>();
  const ever = (name: string) => there(name) && (reasons.get(name) ?? []).length > 0;
  for (const phase of [...phases, Object.keys(services)]) {
    const seen = withDependencies(services, phase);
    const order = inOrder(services, seen);
    for (const name of order) {
      const service = services[name];
      if (service === undefined || settled.has(name) || !there(name) || ever(name)) continue;
      const tied = tiedTo(service).find(ever);
      const depended = Object.entries(service.depends_on ?? {}).filter(([other]) => ever(other) && seen.has(other) && !settled.has(other));
      const [first] = depended;
      const wished = depended.find(([, how]) => how.restart === true);
      if (tied !== undefined) reasons.set(name, [reason('depends_on', `it shares what ${tied} has, which is made anew`)]);
      else if (all && first !== undefined)
        reasons.set(name, [reason('depends_on', `it depends on ${first[0]}, and Compose ${composeVersion} makes it anew with that`)]);
      else if (wished !== undefined) restarted.set(name, wished[0]);
    }
    for (const name of order) settled.add(name);
  }
  // What shares a namespace with something of a later phase is made anew when all are looked at in the end.
  for (const name of inOrder(services, new Set(Object.keys(services)))) {
    const service = services[name];
    const tied = service === undefined || !there(name) || ever(name) ? undefined : tiedTo(service).find(ever);
    if (tied !== undefined) reasons.set(name, [reason('depends_on', `it shares what ${tied} has, which is made anew`)]);
  }
  return restarted;
}

function withDependencies(services: ResolvedProject['services'], names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (name: string) => {
    const service = services[name];
    if (service === undefined || found.has(name)) return;
    found.add(name);
    for (const other of dependencies(service)) add(other);
  };
  for (const name of names) add(name);
  return found;
}

/** Dependencies before those that depend on them. */
function inOrder(services: ResolvedProject['services'], names: ReadonlySet<string>): string[] {
  const order: string[] = [];
  const visit = (name: string) => {
    const service = services[name];
    if (service === undefined || order.includes(name)) return;
    for (const other of dependencies(service)) if (names.has(other) && other !== name) visit(other);
    if (!order.includes(name)) order.push(name);
  };
  for (const name of names) visit(name);
  return order;
}

function dependencies(service: ResolvedService): string[] {
  return [...Object.keys(service.depends_on ?? {}), ...tiedTo(service)];
}

function effectOf(name: string, service: ResolvedService, own: readonly LiveContainer[], reasons: PlanReason[], restartedFor: string | null): PlannedService {
  const wanted = scaleOf(service);
  const scaled =
    own.length === wanted ? [] : [{ path: 'scale', from: String(own.length), to: String(wanted), said: `${own.length} of ${wanted} containers are there` }];
  const head = { name, containers: { now: own.length, after: wanted } };
  if (own.length === 0) {
    const why = wanted === 0 ? 'it is to have no containers' : 'it is not there yet';
    return { ...head, effect: wanted === 0 ? 'keep' : 'create', why, reasons: [] };
  }
  const kept = Math.min(own.length, wanted);
  if (reasons.length > 0 && kept > 0) return { ...head, effect: 'recreate', why: sentence(reasons), reasons: [...reasons, ...scaled] };
  if (own.length < wanted) return { ...head, effect: 'create', why: sentence(scaled), reasons: scaled };
  if (own.length > wanted) return { ...head, effect: 'remove', why: `${own.length - wanted} of ${own.length} containers go`, reasons: scaled };
  const still = own.filter((container) => !isUp(container));
  if (still.length > 0) {
    const [first] = still;
    return { ...head, effect: 'start', why: `${first?.name} ${first?.state === 'exited' ? 'has ended' : `is ${first?.state}`}`, reasons: [] };
  }
  if (restartedFor !== null) {
    const why = `${restartedFor} is made anew, and it is to be restarted after that`;
    return { ...head, effect: 'restart', why, reasons: [reason(`depends_on.${restartedFor}.restart`, why)] };
  }
  return { ...head, effect: 'keep', why: 'nothing of it changes', reasons: [] };
}

function removed(name: string, containers: readonly LiveContainer[]): PlannedService {
  const now = containers.filter(({ service }) => service === name).length;
  return { name, effect: 'remove', why: 'the stack has it no longer', reasons: [], containers: { now, after: 0 } };
}

function reason(path: string, said: string): PlanReason {
  return { path, from: null, to: null, said };
}
