import type { DeployPlan, PlannedService, ServiceEffectKind } from '../../../../shared/contract/stackPlans.ts';
import { count, formatAge, formatBytes } from '../../../ui/format.ts';

type Tone = 'neutral' | 'good' | 'warn' | 'bad';

/** Word and weight of what happens to a service. */
export const effects: Record<ServiceEffectKind, { word: string; tone: Tone }> = {
  create: { word: 'made', tone: 'good' },
  recreate: { word: 'made anew', tone: 'warn' },
  restart: { word: 'restarted', tone: 'warn' },
  start: { word: 'started', tone: 'good' },
  remove: { word: 'removed', tone: 'bad' },
  keep: { word: 'kept', tone: 'neutral' },
};

/** What interrupts comes first. */
const order: readonly ServiceEffectKind[] = ['remove', 'recreate', 'restart', 'create', 'start', 'keep'];

/** Services in the order in which people look for them: what is taken away, what is interrupted, what is new, what stays. */
export function sortedServices(plan: Pick<DeployPlan, 'services'>): PlannedService[] {
  return plan.services.toSorted((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

/** How many services have each effect, as a phrase: `2 made anew, 1 made, 8 kept`. */
export function effectsSaid(plan: Pick<DeployPlan, 'services'>): string {
  const parts = order.flatMap((effect) => {
    const number = plan.services.filter((service) => service.effect === effect).length;
    return number === 0 ? [] : [`${number} ${effects[effect].word}`];
  });
  return parts.join(', ') || 'nothing changes';
}

/** What a deploy would do on all of its servers together. */
export interface PlanTotals {
  servers: number;
  /** Servers that have nothing of the stack yet. */
  fresh: number;
  /** Servers that cannot take it. */
  refused: number;
  interrupted: number;
  made: number;
  removed: number;
  kept: number;
  /** The longest of one server; null: it cannot be told for at least one. */
  downtimeS: number | null;
  /** Requests that would be broken off; null: no service tells. */
  requests: number | null;
  /** Services that do not tell how many they answer. */
  silent: number;
  pullBytes: number;
  /** Servers on whose disk what is pulled has no room. */
  full: number;
  drift: number;
  /** Findings of lint that are errors, and that are warnings. */
  errors: number;
  warnings: number;
  files: number;
  unknowns: number;
}

/** Adds plans up. */
export function planTotals(plans: readonly DeployPlan[]): PlanTotals {
  const services = plans.flatMap((plan) => plan.services);
  // The same of several servers is one.
  const findings = [...new Map(plans.flatMap((plan) => plan.findings).map((finding) => [JSON.stringify(finding), finding])).values()];
  const number = (...kinds: ServiceEffectKind[]) => services.filter(({ effect }) => kinds.includes(effect)).length;
  const broken = services.filter(({ effect }) => effect === 'recreate' || effect === 'restart' || effect === 'remove');
  const told = broken.flatMap(({ requestsRunning }) => (typeof requestsRunning === 'number' ? [requestsRunning] : []));
  const times = plans.map((plan) => (plan.downtime === undefined ? 0 : plan.downtime.seconds));
  return {
    servers: plans.length,
    fresh: plans.filter(({ from }) => from === null).length,
    refused: plans.filter((plan) => plan.shortfalls.length > 0).length,
    interrupted: number('recreate', 'restart'),
    made: number('create', 'start'),
    removed: number('remove'),
    kept: number('keep'),
    downtimeS: times.some((seconds) => seconds === null) ? null : Math.max(0, ...times.map((seconds) => seconds ?? 0)),
    requests: told.length === 0 ? null : told.reduce((sum, each) => sum + each, 0),
    silent: broken.filter(({ requestsRunning }) => requestsRunning === null).length,
    pullBytes: plans.reduce((sum, plan) => sum + (plan.pulls?.bytes ?? 0), 0),
    full: plans.filter((plan) => plan.pulls?.fits === false).length,
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    drift: plans.reduce((sum, plan) => sum + plan.drift.length, 0),
    files: new Set(plans.flatMap((plan) => plan.files.map(({ path }) => path))).size,
    unknowns: plans.reduce((sum, plan) => sum + plan.unknowns.length, 0),
  };
}

/** Seconds without answers, in words. */
export function downtimeSaid(seconds: number | null): string {
  if (seconds === null) return 'how long it does not answer cannot be told';
  return seconds === 0 ? 'it answers all the time' : `about ${formatAge(seconds * 1000)} without answers`;
}

function silentSaid(services: number): string {
  return services === 1 ? '1 service does not tell how many requests it answers' : `${services} services do not tell how many requests they answer`;
}

/** Findings that are errors, by rule; a deploy begins only when each rule was accepted. */
export function errorRules(plans: readonly DeployPlan[]): string[] {
  return [...new Set(plans.flatMap((plan) => plan.findings.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : []))))].sort();
}

/** What keeps a plan from being good: `bad` is in its way, `warn` is worth a look. */
export function planStanding(plan: DeployPlan): 'bad' | 'warn' | 'good' {
  if (plan.shortfalls.length > 0 || plan.pulls?.fits === false || errorRules([plan]).length > 0) return 'bad';
  return plan.drift.length + plan.unknowns.length > 0 ? 'warn' : 'good';
}

/** What will happen, in numbers, each a phrase; the worst first. */
export function totalsSaid(totals: PlanTotals): { said: string; tone: 'bad' | 'warn' | 'plain' }[] {
  const { interrupted, made, removed, requests, silent } = totals;
  const changes = [
    ...(interrupted > 0 ? [`${count(interrupted, 'container')} interrupted`] : []),
    ...(made > 0 ? [`${made} made`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(totals.kept > 0 ? [`${totals.kept} kept`] : []),
  ];
  const perServer = totals.servers > 1 && totals.downtimeS ? ' on a server at most' : '';
  return [
    ...(totals.refused > 0 ? [{ said: `${count(totals.refused, 'server')} cannot take it and will be refused`, tone: 'bad' as const }] : []),
    ...(totals.full > 0 ? [{ said: `the images do not fit on the disk of ${count(totals.full, 'server')}`, tone: 'bad' as const }] : []),
    { said: changes.join(', ') || 'no container changes', tone: interrupted + removed > 0 ? ('warn' as const) : ('plain' as const) },
    ...(totals.fresh === totals.servers
      ? []
      : [{ said: `${downtimeSaid(totals.downtimeS)}${perServer}`, tone: totals.downtimeS === 0 ? ('plain' as const) : ('warn' as const) }]),
    ...(requests !== null && requests > 0 ? [{ said: `${count(requests, 'request')} running now would be lost`, tone: 'warn' as const }] : []),
    ...(silent > 0 ? [{ said: silentSaid(silent), tone: 'plain' as const }] : []),
    ...(totals.pullBytes > 0 ? [{ said: `${formatBytes(totals.pullBytes)} of images to pull`, tone: 'plain' as const }] : []),
    ...(totals.drift > 0 ? [{ said: `${count(totals.drift, 'difference')} on servers will be taken back`, tone: 'warn' as const }] : []),
    ...(totals.errors > 0 ? [{ said: `lint finds ${count(totals.errors, 'error')}`, tone: 'bad' as const }] : []),
    ...(totals.warnings > 0 ? [{ said: `lint warns of ${count(totals.warnings, 'thing')}`, tone: 'warn' as const }] : []),
    ...(totals.unknowns > 0 ? [{ said: `${count(totals.unknowns, 'thing')} could not be found out`, tone: 'plain' as const }] : []),
  ];
}
