import type { ContainerStatus, DeploymentStatus } from '../../../../shared/model/stack.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import type { ContainerFacts } from '../rollout/containerFacts.ts';

/** How a deployment is, from what should run and what does. */
export function deploymentHealth(current: Pick<ReleaseRecord, 'services'> | null, containers: readonly ContainerStatus[]): DeploymentStatus['health'] {
  if (current === null && containers.length === 0) return 'absent';
  const well = (container: ContainerStatus) => container.state === 'running' && container.health !== 'unhealthy' && container.health !== 'starting';
  if (!containers.some((container) => container.state === 'running')) return 'down';
  const services = current?.services.map(({ name }) => name) ?? [];
  const complete = services.every((name) => containers.some((container) => container.service === name));
  return complete && containers.every(well) ? 'healthy' : 'degraded';
}

/** Containers with how often Docker started each anew by itself, and since when it runs, where that is known. */
export function withFacts(
  containers: readonly ContainerStatus[],
  facts: readonly Pick<ContainerFacts, 'name' | 'restarts' | 'startedAt'>[],
): ContainerStatus[] {
  const known = new Map(facts.map((each) => [each.name, each]));
  return containers.map((container) => {
    const found = known.get(container.name);
    if (found === undefined) return container;
    const startedAtMs = Date.parse(found.startedAt);
    // Docker says the year 1 of what was never started.
    return { ...container, restarts: found.restarts, startedAtMs: startedAtMs > 0 ? startedAtMs : null };
  });
}
