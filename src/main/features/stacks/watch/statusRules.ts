import type { ContainerStatus, DeploymentStatus } from '../../../../shared/model/stack.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';

/** How a deployment is, from what should run and what does. */
export function deploymentHealth(current: Pick<ReleaseRecord, 'services'> | null, containers: readonly ContainerStatus[]): DeploymentStatus['health'] {
  if (current === null && containers.length === 0) return 'absent';
  const well = (container: ContainerStatus) => container.state === 'running' && container.health !== 'unhealthy' && container.health !== 'starting';
  if (!containers.some((container) => container.state === 'running')) return 'down';
  const services = current?.services.map(({ name }) => name) ?? [];
  const complete = services.every((name) => containers.some((container) => container.service === name));
  return complete && containers.every(well) ? 'healthy' : 'degraded';
}
