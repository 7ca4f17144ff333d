import type { LogSource, LogWant } from '../../../shared/model/log.ts';
import { count } from '../../ui/format.ts';
import { type LogQuery, stackName } from './logQuery.ts';

/** Something that can be followed, in the list where a query names it. */
export interface Choice {
  list: keyof LogWant;
  value: string;
  label: string;
  hint: string;
  /** 1: a part of the one before it. */
  depth: 0 | 1;
  /** The stack of a service. */
  stack: string | null;
}

type Found = Omit<LogSource, 'index'>;

const byLabel = (a: Choice, b: Choice) => (a.label < b.label ? -1 : 1);
const onServers = (sources: readonly Found[]) => count(new Set(sources.map((source) => source.serverName)).size, 'server');

/** What can be chosen of what the servers have: each stack before its services. */
export function choicesOf(sources: readonly Found[]): Record<'stacks' | 'containers' | 'units', Choice[]> {
  const containers = sources.filter((source) => source.kind === 'container');
  const stacks = Map.groupBy(
    containers.filter((source) => source.stack !== null),
    (source) => source.stack ?? '',
  );
  const named = (list: keyof LogWant, of: readonly Found[]): Choice[] =>
    [...Map.groupBy(of, (source) => source.name)]
      .map(([name, each]) => ({ list, value: name, label: name, hint: onServers(each), depth: 0 as const, stack: null }))
      .sort(byLabel);
  return {
    stacks: [...stacks]
      .sort()
      .flatMap(([stack, own]) => [
        { list: 'stacks', value: stack, label: stackName(stack), hint: onServers(own), depth: 0, stack: null } satisfies Choice,
        ...named('services', own).map((choice) => ({ ...choice, depth: 1 as const, stack })),
      ]),
    containers: named(
      'containers',
      containers.filter((source) => source.stack === null),
    ),
    units: named(
      'units',
      sources.filter((source) => source.kind === 'unit'),
    ),
  };
}

/** Whether a query follows it: of a stack that is followed whole, every service. */
export function picked(query: LogQuery, choice: Choice): boolean {
  if (choice.stack === null) return query[choice.list].includes(choice.value);
  return query.stacks.includes(choice.stack) && (query.services.length === 0 || query.services.includes(choice.value));
}

const without = (list: readonly string[], value: string) => list.filter((each) => each !== value);
const withOne = (list: readonly string[], value: string) => [...without(list, value), value];

/** The query with a choice taken or left. A service brings its stack. */
export function toggled(query: LogQuery, choice: Choice, isOn: boolean): LogQuery {
  if (choice.stack === null) {
    const next = { ...query, [choice.list]: isOn ? withOne(query[choice.list], choice.value) : without(query[choice.list], choice.value) };
    return choice.list === 'stacks' && next.stacks.length === 0 ? { ...next, services: [] } : next;
  }
  if (isOn) return { ...query, stacks: withOne(query.stacks, choice.stack), services: withOne(query.services, choice.value) };
  const services = without(query.services, choice.value);
  return services.length === 0 ? { ...query, stacks: without(query.stacks, choice.stack), services } : { ...query, services };
}
