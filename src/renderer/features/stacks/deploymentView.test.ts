import { expect, test } from 'vitest';
import type { ContainerStatus, DeploymentStatus } from '../../../shared/model/stack.ts';
import { containerState, imageParts, lifecycleEffect, portWords, serviceRows, shortDigest, sinceWords, stateSummary } from './deploymentView.ts';

const container = (service: string, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  service,
  name: `ph-shop-${service}-1`,
  state: 'running',
  health: 'healthy',
  image: `registry.example/${service}:1.0`,
  exitCode: null,
  status: 'Up 6 days (healthy)',
  ports: [],
  ...more,
});
const image = (service: string, reference = `registry.example/${service}:1.0`) => ({ service, reference, digest: `sha256:${service}` });
const deployment = (containers: ContainerStatus[], images = containers.map(({ service }) => image(service))) =>
  ({ stackId: 'shop', serverName: 'gpu-1', containers, current: { images } }) as unknown as DeploymentStatus;

test('a service that the release has and no container is of stands in the list as missing', () => {
  const rows = serviceRows(deployment([container('api')], [image('api'), image('worker')]));
  expect(rows.map(({ service, state }) => [service, state.word])).toEqual([
    ['api', 'healthy'],
    ['worker', 'not there'],
  ]);
  expect(stateSummary(rows)).toBe('1 healthy, 1 not there');
});

test('the digest of the release is not told of another image that runs in its place', () => {
  const rows = serviceRows(deployment([container('api', { image: 'registry.example/api:2.0' }), container('db')], [image('api'), image('db')]));
  expect(rows.map(({ digest }) => digest)).toEqual([null, 'sha256:db']);
});

test('every state of a container has a word of its own', () => {
  const words = [
    container('a'),
    container('a', { health: 'none' }),
    container('a', { health: 'starting' }),
    container('a', { health: 'unhealthy' }),
    container('a', { state: 'exited', exitCode: 137 }),
    container('a', { state: 'exited', exitCode: 0 }),
    container('a', { state: 'restarting' }),
    container('a', { state: 'created' }),
    container('a', { state: 'paused' }),
  ].map((each) => containerState(each).word);
  expect(words).toEqual(['healthy', 'running', 'starting', 'unhealthy', 'exited 137', 'ended', 'restarting', 'never started', 'paused']);
});

test('words of Docker for times become ages as they are elsewhere', () => {
  expect(sinceWords('Up 6 days (healthy)')).toBe('6 d');
  expect(sinceWords('Up About a minute')).toBe('1 m');
  expect(sinceWords('Up About an hour (unhealthy)')).toBe('1 h');
  expect(sinceWords('Exited (137) 4 minutes ago')).toBe('4 m ago');
  expect(sinceWords('Up Less than a second')).toBe('1 s');
  expect(sinceWords('Created')).toBeNull();
});

test('ports, images and digests are shortened to what tells them apart', () => {
  expect(portWords('127.0.0.1:3000->3000/tcp')).toBe('127.0.0.1:3000');
  expect(portWords('0.0.0.0:80->8080/tcp')).toBe('0.0.0.0:80 → 8080');
  expect(portWords(':::53->53/udp')).toBe('[::]:53 udp');
  expect(portWords('something else')).toBe('something else');
  expect(imageParts('ghcr.io/team/api:1.0@sha256:ab12')).toEqual({ from: 'ghcr.io/team/', name: 'api:1.0' });
  expect(shortDigest('sha256:4f1a9e2b07d5531cffff')).toBe('4f1a9e2b07d5');
});

test('an effect counts what it touches and leaves alone what is as it shall be', () => {
  const half = deployment([container('api'), container('db', { state: 'exited', exitCode: 1 })]);
  expect(lifecycleEffect('start', half, [])).toBe('1 container of shop on gpu-1 starts as it is. Those that run are left alone.');
  expect(lifecycleEffect('start', half, ['api'])).toBe('All 1 container (api) on gpu-1 run already; nothing happens.');
  expect(lifecycleEffect('restart', half, ['api', 'db'])).toMatch(/^2 containers \(api, db\) on gpu-1 restart\./);
  expect(lifecycleEffect('stop', half, [])).toMatch(/^1 container of shop on gpu-1 stops/);
  expect(lifecycleEffect('down', half, [])).toMatch(/^2 containers .* stop and are removed\. Volumes and releases stay/);
});
