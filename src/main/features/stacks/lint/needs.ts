import { needsOf, type ServiceNeeds } from '../../../../shared/model/stackDefinition.ts';
import type { LintService } from './composeService.ts';
import type { LintSubject } from './lintSubject.ts';

/** A service that runs, with what it takes of a machine. Undefined: nobody says. */
export interface NeededService {
  service: LintService;
  needs: ServiceNeeds;
  memoryMib: number | undefined;
  cores: number | undefined;
}

/** Services that run with what the definition says they take, else what they are limited to; each replica counts. */
export function neededServices({ project, definition, parameters }: LintSubject): NeededService[] {
  return project.services.map((service) => {
    const own = definition?.services.find(({ name }) => name === service.name);
    const needs = own === undefined ? {} : needsOf(own, parameters);
    const times = (value: number | null | undefined) => (value == null ? undefined : value * service.replicas.count);
    return { service, needs, memoryMib: times(needs.memoryMib ?? service.memoryLimitMib), cores: times(needs.cores ?? service.coresLimit) };
  });
}

/** A sum in words, as `postgres 4 + redis 2`, the largest first, not more than eight. */
export function sumWords(parts: readonly { name: string; value: number }[], unit: (value: number) => string): string {
  const sorted = parts.toSorted((a, b) => b.value - a.value);
  const shown = sorted.slice(0, 8).map(({ name, value }) => `${name} ${unit(value)}`);
  return [...shown, ...(sorted.length > 8 ? [`${sorted.length - 8} more`] : [])].join(' + ');
}
