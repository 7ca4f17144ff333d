import { type GroupFields, type GroupKind, type GroupMember, groupKinds, type MemberPart } from '../../../shared/model/group.ts';

/** What is said of one server in a group. */
export interface PartRecord {
  part: MemberPart | null;
  weight: number | null;
}

/** Whether a kind of group has this part; nothing said fits every kind. */
export function fitsKind(kind: GroupKind, { part, weight }: PartRecord): boolean {
  return (part === null || groupKinds[kind].parts.includes(part)) && (weight === null || kind === 'pool');
}

/** What of a part a kind of group can hold; null where nothing is left. */
export function partFor(kind: GroupKind, { part, weight }: PartRecord): PartRecord | null {
  const kept = { part: part !== null && groupKinds[kind].parts.includes(part) ? part : null, weight: kind === 'pool' ? weight : null };
  return kept.part === null && kept.weight === null ? null : kept;
}

/** What does not fit a group's kind, a sentence each. */
export function groupFindings(group: Pick<GroupFields, 'kind' | 'entrance'>, members: readonly GroupMember[]): string[] {
  if (group.kind === 'plain') return [];
  if (members.length === 0) return ['No server is in it.'];
  return [...mixed(members), ...findingsOf[group.kind](group, members)];
}

type Findings = (group: Pick<GroupFields, 'entrance'>, members: readonly GroupMember[]) => string[];

const findingsOf: Record<Exclude<GroupKind, 'plain'>, Findings> = {
  pool({ entrance }, members) {
    const working = members.filter(({ part, weight }) => (part === null || part === 'active') && weight !== 0);
    return [
      ...(working.length === 0 ? ['No server of it takes work: all are backups, drained or of weight 0.'] : []),
      ...(entrance === null ? ['Nothing is named that stands in front of it.'] : []),
    ];
  },
  cluster(_group, members) {
    const leaders = namesWith(members, 'leader');
    return leaders.length > 1 ? [`More than one leader: ${listed(leaders)}.`] : [];
  },
  'region-pair'(_group, members) {
    const [primary, standby] = [namesWith(members, 'primary'), namesWith(members, 'standby')];
    const silent = members.filter(({ part }) => part === null).map(({ name }) => name);
    return [
      ...(primary.length === 0 ? ['No server is primary.'] : []),
      ...(standby.length === 0 ? ['No server is standby: nothing takes over.'] : []),
      ...(silent.length > 0 ? [`Neither primary nor standby: ${listed(silent)}.`] : []),
      ...sharedPlaces(members).map((place) => `Primary and standby are both in ${place}: they fail together.`),
    ];
  },
};

function mixed(members: readonly GroupMember[]): string[] {
  const environments = [...new Set(members.map(({ environment }) => environment))];
  return environments.length > 1 ? [`Its servers are of different environments: ${environments.sort().join(', ')}.`] : [];
}

function sharedPlaces(members: readonly GroupMember[]): string[] {
  const places = (part: MemberPart) =>
    new Set(members.filter((member) => member.part === part).flatMap(({ location }) => (location === null ? [] : [location])));
  const standby = places('standby');
  return [...places('primary')].filter((place) => standby.has(place)).sort();
}

function namesWith(members: readonly GroupMember[], part: MemberPart): string[] {
  return members.filter((member) => member.part === part).map(({ name }) => name);
}

const mostNames = 5;

function listed(names: readonly string[]): string {
  const more = names.length - mostNames;
  return names.slice(0, mostNames).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
