/** A port that a container publishes on its server. */
export interface PublishedPort {
  hostIp: string;
  published: number;
  target: number;
  protocol: 'tcp' | 'udp';
}

/** A container of a demo server. It is a record only: what it serves is answered by this program. */
export interface Container {
  id: string;
  name: string;
  project: string | null;
  service: string | null;
  image: string;
  imageId: string;
  createdAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  exitCode: number;
  /** Whether Docker would have it running: false once somebody stopped it. */
  wanted: boolean;
  restart: string;
  hasHealthcheck: boolean;
  labels: Record<string, string>;
  environment: Record<string, string>;
  command: string[];
  ports: PublishedPort[];
  networks: string[];
  mounts: { type: string; source: string; target: string }[];
  usesGpu: boolean;
  restartCount: number;
}

export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** Time from start to the first passed check, and for an image that is broken to the last failed one. */
const healthyAfterMs = 400;
const unhealthyAfterMs = 1500;

/** Whether an image stands for one that starts and never works: its tag ends with `-broken`. */
export function isBroken(image: string): boolean {
  return image.endsWith('-broken');
}

/** Health of a container at `nowMs`: starting, then healthy, or for a broken image never so. */
export function containerHealth(container: Container, nowMs: number): ContainerHealth {
  if (container.startedAtMs === null || container.finishedAtMs !== null) return container.hasHealthcheck ? 'unhealthy' : 'none';
  if (!container.hasHealthcheck) return 'none';
  const age = nowMs - container.startedAtMs;
  if (isBroken(container.image)) return age < unhealthyAfterMs ? 'starting' : 'unhealthy';
  return age < healthyAfterMs ? 'starting' : 'healthy';
}

/** Whether what the container serves answers by now. */
export function isServing(container: Container, nowMs: number): boolean {
  if (isBroken(container.image) || container.startedAtMs === null || container.finishedAtMs !== null) return false;
  return nowMs - container.startedAtMs >= healthyAfterMs;
}

/** State in Docker's word. */
export function containerState(container: Container): 'running' | 'exited' | 'created' {
  if (container.startedAtMs === null) return 'created';
  return container.finishedAtMs === null ? 'running' : 'exited';
}

/** A span of time in Docker's words, for example `3 minutes`. Source: docker/go-units, HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  return `${Math.floor(hours / 24 / 7)} weeks`;
}

/** The STATUS column of `docker ps`. */
export function statusText(container: Container, nowMs: number): string {
  const state = containerState(container);
  if (state === 'created') return 'Created';
  if (state === 'exited') return `Exited (${container.exitCode}) ${humanDuration(nowMs - (container.finishedAtMs ?? nowMs))} ago`;
  const health = containerHealth(container, nowMs);
  const suffix = health === 'none' ? '' : health === 'starting' ? ' (health: starting)' : ` (${health})`;
  return `Up ${humanDuration(nowMs - (container.startedAtMs ?? nowMs))}${suffix}`;
}

/** The PORTS column of `docker ps`. */
export function portsText(container: Container): string {
  if (containerState(container) !== 'running') return '';
  return container.ports.map((port) => `${port.hostIp}:${port.published}->${port.target}/${port.protocol}`).join(', ');
}
