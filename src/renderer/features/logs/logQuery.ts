import type { LogWant } from '../../../shared/model/log.ts';

/** What a log viewer follows: on which servers, and what of them. Lists that are all empty mean every container. */
export interface LogQuery extends LogWant {
  /** Selector of the servers. */
  on: string;
}

const projectPrefix = 'ph-';

/** A whole query out of the parts that are given. */
export function logQuery(on: string, want: Partial<LogWant> = {}): LogQuery {
  return { on, stacks: [], services: [], containers: [], units: [], files: [], ...want };
}

/** The logs of a stack deployed by Pilothouse, or of some of its services. */
export function stackQuery(stackId: string, on: string, services: readonly string[] = []): LogQuery {
  return logQuery(on, { stacks: [`${projectPrefix}${stackId}`], services: [...services] });
}

/** The name of a stack as people know it: without the prefix of our compose projects. */
export function stackName(project: string): string {
  return project.startsWith(projectPrefix) ? project.slice(projectPrefix.length) : project;
}

const lists = ['stacks', 'services', 'containers', 'units', 'files'] as const;

/** The same for queries that follow the same things, in whatever order they are named. */
export function queryKey(query: LogQuery): string {
  return [query.on, ...lists.map((list) => [...query[list]].sort().join('+'))].join('|');
}

/** What is followed, in words: `ai-gateway`, `docker.service`, `all containers`. */
export function wantWords(query: LogQuery): string {
  const parts = [
    ...query.stacks.map(stackName),
    ...query.services,
    ...query.containers,
    ...query.units.map((unit) => (unit === '-' ? 'journal' : unit)),
    ...query.files,
  ];
  return parts.length === 0 ? 'all containers' : parts.length > 6 ? `${parts.slice(0, 5).join(', ')} and ${parts.length - 5} more` : parts.join(', ');
}

/** A short name of it for a tab: `ai-gateway · logs`, `docker.service`, `env:staging · all logs`. */
export function queryTitle(query: LogQuery): string {
  const stacks = query.stacks.map(stackName);
  const parts = [...stacks, ...query.services, ...query.containers, ...query.units, ...query.files];
  if (parts.length === 0) return `${query.on} · all logs`;
  const shown = parts.length > 3 ? [...parts.slice(0, 2), `${parts.length - 2} more`] : parts;
  return parts.length === stacks.length ? `${shown.join(', ')} · logs` : `${shown.join(', ')}`;
}
