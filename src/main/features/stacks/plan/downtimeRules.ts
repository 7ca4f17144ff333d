import type { PlannedService } from '../../../../shared/contract/stackPlans.ts';
import type { ResolvedProject } from '../release/resolvedProject.ts';
import type { LiveContainer } from './liveRules.ts';

/** How long a service does not answer when its container is made anew or restarted. */
export interface ServiceDowntime {
  seconds: number | null;
  why: string;
}

const defaultGraceS = 10;
const startS = 1;

/**
 * Works out how long each service that stops does not answer, from how long its containers took to become healthy the last time that
 * this can still be seen, and for the whole the longest chain of those that wait for each other.
 */
export function planDowntime(
  services: readonly PlannedService[],
  project: ResolvedProject,
  containers: readonly LiveContainer[],
): { services: Map<string, ServiceDowntime>; whole: ServiceDowntime } {
  const stopped = services.filter(({ effect }) => effect === 'recreate' || effect === 'restart');
  const found = new Map(
    stopped.map(({ name }) => {
      const own = containers.filter(({ service, oneOff }) => service === name && !oneOff);
      return [name, ofService(project.services[name]?.stop_grace_period, own)] as const;
    }),
  );
  if (stopped.length === 0) return { services: found, whole: { seconds: 0, why: 'nothing stops' } };
  const chains = stopped.map(({ name }) => chain(name, project, found, new Set()));
  const unknown = chains.find(({ seconds }) => seconds === null);
  const longest = chains.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))[0];
  if (unknown !== undefined) return { services: found, whole: { seconds: null, why: `it is not known how long ${unknown.names.join(', then ')} take` } };
  return { services: found, whole: { seconds: longest?.seconds ?? null, why: longest === undefined ? '' : longest.names.join(', then ') } };
}

function ofService(grace: string | undefined, own: readonly LiveContainer[]): ServiceDowntime {
  const graceS = grace === undefined ? defaultGraceS : secondsOf(grace);
  const checked = own.filter(({ inspected }) => inspected.State.Health != null);
  if (checked.length === 0) return { seconds: graceS + startS, why: `${graceS} s at most to stop, and no health check that would say when it answers again` };
  const measured = checked.flatMap((container) => healthyAfterS(container) ?? []);
  if (measured.length === 0) return { seconds: null, why: 'how long it took to become healthy cannot be seen any more' };
  const seconds = Math.max(...measured);
  return { seconds: Math.round(graceS + seconds), why: `${graceS} s at most to stop, ${Math.round(seconds)} s until it was healthy the last time` };
}

/** Seconds from the start of a container to its first good check, where Docker's last five checks still hold it; null: they do not. */
export function healthyAfterS({ inspected }: Pick<LiveContainer, 'inspected'>): number | null {
  const { StartedAt, Health } = inspected.State;
  const log = Health?.Log ?? [];
  const started = Date.parse(StartedAt ?? '');
  const firstGood = log.findIndex(({ ExitCode }) => ExitCode === 0);
  const good = log[firstGood];
  if (good === undefined || Number.isNaN(started)) return null;
  const seconds = (Date.parse(good.End) - started) / 1000;
  // The first in the list may be one of many: it counts only where a bad one stands before it, or where no check fits before it.
  const second = log[firstGood + 1];
  const between = second === undefined ? seconds : (Date.parse(second.Start) - Date.parse(good.End)) / 1000;
  return firstGood > 0 || seconds <= between * 1.5 + 1 || log.length < 5 ? seconds : null;
}

function chain(
  name: string,
  project: ResolvedProject,
  found: ReadonlyMap<string, ServiceDowntime>,
  seen: ReadonlySet<string>,
): { seconds: number | null; names: string[] } {
  const own = found.get(name);
  if (own === undefined || seen.has(name)) return { seconds: 0, names: [] };
  const before = Object.keys(project.services[name]?.depends_on ?? {}).map((other) => chain(other, project, found, new Set([...seen, name])));
  const unknown = before.find(({ seconds }) => seconds === null);
  if (own.seconds === null) return { seconds: null, names: [name] };
  if (unknown !== undefined) return unknown;
  const slowest = before.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))[0];
  return { seconds: own.seconds + (slowest?.seconds ?? 0), names: [...(slowest?.names ?? []), name] };
}

/** Seconds of a duration as Compose writes it: `1m30s`, `500ms`. Source: https://docs.docker.com/reference/compose-file/extension/#specifying-durations */
export function secondsOf(duration: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 0.000001, µs: 0.000001 };
  return [...duration.matchAll(/([0-9.]+)(ms|us|µs|h|m|s)/g)].reduce((sum, [, value = '0', unit = 's']) => sum + Number(value) * (units[unit] ?? 0), 0);
}
