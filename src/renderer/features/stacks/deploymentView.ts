import type { ContainerStatus, DeploymentStatus } from '../../../shared/model/stack.ts';
import { count } from '../../ui/format.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** What can be done with the containers of a deployment as they are. */
export type LifecycleKind = 'start' | 'stop' | 'restart' | 'down';

/** A service of a deployment: a container of it, or the lack of one that the release asks for. */
export interface ServiceRow {
  /** Unique among the rows. */
  key: string;
  service: string;
  container: ContainerStatus | null;
  image: string;
  digest: string | null;
  state: { word: string; tone: Tone };
}

/** Word and mark of a container's state; null: there is none though the release has the service. */
export function containerState(container: ContainerStatus | null): { word: string; tone: Tone } {
  if (container === null) return { word: 'not there', tone: 'bad' };
  const { state, health, exitCode } = container;
  if (state === 'running') {
    if (health === 'unhealthy') return { word: 'unhealthy', tone: 'bad' };
    if (health === 'starting') return { word: 'starting', tone: 'busy' };
    return health === 'healthy' ? { word: 'healthy', tone: 'good' } : { word: 'running', tone: 'good' };
  }
  if (state === 'exited') return exitCode === 0 ? { word: 'ended', tone: 'off' } : { word: exitCode === null ? 'exited' : `exited ${exitCode}`, tone: 'bad' };
  if (state === 'restarting') return { word: 'restarting', tone: 'warn' };
  return { word: state === 'created' ? 'never started' : state, tone: 'warn' };
}

/** All services of a deployment: its containers in their order, then those that the release asks for in vain. */
export function serviceRows(deployment: Pick<DeploymentStatus, 'containers' | 'current'>): ServiceRow[] {
  const images = new Map(deployment.current?.images.map((image) => [image.service, image]));
  const there = deployment.containers.map((container): ServiceRow => {
    const recorded = images.get(container.service);
    // A digest tells of what was deployed; it says nothing of another image that runs in its place.
    const digest = recorded !== undefined && recorded.reference === container.image ? recorded.digest : null;
    return { key: container.name, service: container.service, container, image: container.image, digest, state: containerState(container) };
  });
  const held = new Set(deployment.containers.map((container) => container.service));
  const missing = (deployment.current?.images ?? [])
    .filter((image) => !held.has(image.service))
    .map(
      (image): ServiceRow => ({
        key: `missing:${image.service}`,
        service: image.service,
        container: null,
        image: image.reference,
        digest: image.digest,
        state: containerState(null),
      }),
    );
  return [...there, ...missing];
}

const units: Record<string, string> = { second: 's', minute: 'm', hour: 'h', day: 'd', week: 'w', month: 'mo', year: 'y' };

/** Docker's words for a span of time in as few letters as ages have elsewhere: `4 m` of `4 minutes`, `1 h` of `an hour`. */
function shortSpan(words: string): string {
  const found = /^(?:about |less than )?(an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?$/i.exec(words);
  if (!found) return words;
  const [, number = '', unit = '', ago = ''] = found;
  return `${/^an?$/i.test(number) ? '1' : number} ${units[unit.toLowerCase()]}${ago}`;
}

/** How long a container has been as it is, from Docker's words: `6 d` of `Up 6 days (healthy)`, `4 m ago` of `Exited (137) 4 minutes ago`. */
export function sinceWords(status: string): string | null {
  const up = /^Up (.+?)(?: \(.*\))?$/i.exec(status)?.[1];
  const ended = /^\w+ \(-?\d+\) (.+ ago)$/i.exec(status)?.[1];
  const span = up ?? ended;
  return span === undefined ? null : shortSpan(span);
}

/** A published port as people read it: `127.0.0.1:3000` of `127.0.0.1:3000->3000/tcp`, with the one inside where that is another. */
export function portWords(port: string): string {
  const found = /^(.*):(\d+)->(\d+)\/(\w+)$/.exec(port);
  if (!found) return port;
  const [, address = '', published = '', inside = '', protocol = ''] = found;
  const host = address === '' ? '0.0.0.0' : address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
  return `${host}:${published}${published === inside ? '' : ` → ${inside}`}${protocol === 'tcp' ? '' : ` ${protocol}`}`;
}

/** The start of a digest, as people compare it: `4f1a9e2b07d5`. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** The name of an image and where it is from, apart: the name is what people look for. */
export function imageParts(reference: string): { from: string; name: string } {
  const plain = reference.replace(/@sha256:[0-9a-f]+$/, '');
  const slash = plain.lastIndexOf('/');
  return { from: plain.slice(0, slash + 1), name: plain.slice(slash + 1) };
}

/** How many of a deployment's services are in which state: `5 healthy, 1 exited 137`. */
export function stateSummary(rows: readonly ServiceRow[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.state.word, (counts.get(row.state.word) ?? 0) + 1);
  return [...counts].map(([word, number]) => `${number} ${word}`).join(', ');
}

/** What an action does to a deployment or to some services of it, in numbers. */
export function lifecycleEffect(
  kind: LifecycleKind,
  deployment: Pick<DeploymentStatus, 'containers' | 'stackId' | 'serverName'>,
  services: readonly string[],
): string {
  const touched = services.length === 0 ? deployment.containers : deployment.containers.filter((container) => services.includes(container.service));
  const running = touched.filter((container) => container.state === 'running').length;
  const of = services.length === 0 ? `of ${deployment.stackId} on ${deployment.serverName}` : `(${services.join(', ')}) on ${deployment.serverName}`;
  const one = (number: number, singular: string, plural: string) => (number === 1 ? singular : plural);
  switch (kind) {
    case 'start': {
      const resting = touched.length - running;
      return resting === 0
        ? `All ${count(touched.length, 'container')} ${of} run already; nothing happens.`
        : `${count(resting, 'container')} ${of} ${one(resting, 'starts', 'start')} as ${one(resting, 'it is', 'they are')}. Those that run are left alone.`;
    }
    case 'stop':
      return `${count(running, 'container')} ${of} ${one(running, 'stops', 'stop')} and ${one(running, 'stays', 'stay')} there, to be started again. Requests under way are lost; nothing answers until then.`;
    case 'restart':
      return `${count(touched.length, 'container')} ${of} ${one(touched.length, 'restarts', 'restart')}. Requests under way are lost, and nothing answers until ${one(touched.length, 'it is', 'they are')} back.`;
    case 'down':
      return `${count(touched.length, 'container')} ${of} ${one(touched.length, 'stops and is', 'stop and are')} removed. Volumes and releases stay, so that it can be deployed again as it was.`;
  }
}
