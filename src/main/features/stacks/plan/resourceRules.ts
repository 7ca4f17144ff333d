import type { PlannedResource } from '../../../../shared/contract/stackPlans.ts';
import { versionAtLeast } from '../../../../shared/model/version.ts';
import { canonical } from '../definition/composeRules.ts';
import type { ResolvedProject } from '../release/resolvedProject.ts';
import type { LiveProject } from './liveRules.ts';

/** From this version on Compose makes networks anew whose definition differs. Source: https://github.com/docker/compose/pull/12267 */
const networksByHash = '2.31.0';

/** What happens to the networks and volumes of a project, and which of those that are not its own are missing. */
export function planResources(
  desired: ResolvedProject,
  applied: ResolvedProject | null,
  live: Pick<LiveProject, 'allNetworks' | 'allVolumes'>,
  composeVersion: string | null,
): { networks: PlannedResource[]; volumes: PlannedResource[]; shortfalls: string[] } {
  const shortfalls: string[] = [];
  const anew = composeVersion !== null && versionAtLeast(composeVersion, networksByHash);
  const plan = (kind: 'networks' | 'volumes', there: ReadonlySet<string>): PlannedResource[] => {
    const word = kind === 'networks' ? 'network' : 'volume';
    const wanted = Object.entries(desired[kind] ?? {});
    const names = new Set(wanted.map(([key, entry]) => entry?.name ?? key));
    const planned = wanted.map(([key, entry]): PlannedResource => {
      const name = entry?.name ?? key;
      if (entry?.external === true && !there.has(name)) shortfalls.push(`the ${word} ${name}, which is not the stack's own, is not there`);
      const before = applied?.[kind]?.[key];
      if (!there.has(name)) {
        const lost = before !== undefined && kind === 'volumes' && (before?.name ?? key) === name;
        return { name, effect: 'create', why: lost ? 'it was there with the last release: its data is gone' : 'it is not there yet' };
      }
      if (before === undefined || entry?.external === true || canonical(before) === canonical(entry))
        return { name, effect: 'keep', why: 'nothing of it changes' };
      if (kind === 'networks' && anew) return { name, effect: 'recreate', why: 'its definition changes, and with it every container in it is made anew' };
      return {
        name,
        effect: 'differs',
        why: `its definition changes, which Compose ${composeVersion ?? ''} does not apply to a ${word} that is there`.replace('  ', ' '),
      };
    });
    const left = Object.entries(applied?.[kind] ?? {}).flatMap(([key, entry]): PlannedResource[] => {
      const name = entry?.name ?? key;
      if (names.has(name) || !there.has(name) || entry?.external === true) return [];
      return [{ name, effect: 'left', why: 'the stack has it no longer; it stays until it is pruned' }];
    });
    return [...planned, ...left];
  };
  const networks = plan('networks', live.allNetworks);
  return { networks, volumes: plan('volumes', live.allVolumes), shortfalls };
}

/** Names, as the project calls them, of networks that are made anew. */
export function networksMadeAnew(desired: ResolvedProject, planned: readonly PlannedResource[]): Set<string> {
  const names = new Set(planned.filter(({ effect }) => effect === 'recreate').map(({ name }) => name));
  return new Set(Object.entries(desired.networks ?? {}).flatMap(([key, entry]) => (names.has(entry?.name ?? key) ? [key] : [])));
}
