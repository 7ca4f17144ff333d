import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { docker, fleetLabel, mustDocker } from './docker.ts';
import { serviceImages } from './imageCatalogue.ts';
import { type FleetNetwork, networkName } from './network.ts';
import { trustPaths } from './paths.ts';
import { vendorHosts } from './trust.ts';

// Names of the two containers that every server leans on.
const serviceNames = { registry: 'fleet-registry', inet: 'fleet-inet' } as const;

async function ensureRunning(name: string, image: string, ip: string, flags: readonly string[]): Promise<void> {
  const imageId = await mustDocker(['image', 'inspect', '--format', '{{.Id}}', image]);
  // Its content is part of the specification: a server that is running keeps the certificate it has read.
  const certificate = await readFile(trustPaths.tlsCert, 'utf8');
  const wanted = createHash('sha256')
    .update(JSON.stringify([imageId, ip, flags, certificate]))
    .digest('hex');
  const label = `${fleetLabel}.spec`;
  const format = `{{.State.Running}} {{index .Config.Labels "${label}"}}`;
  const found = await docker(['inspect', '--format', format, name]);
  if (found.stdout.trim() === `true ${wanted}`) return;
  await docker(['rm', '-fv', name]);
  const identity = ['--name', name, '--label', fleetLabel, '--label', `${label}=${wanted}`];
  const trust = ['-v', `${trustPaths.tlsDir}:/etc/fleet/tls:ro`];
  await mustDocker(['run', '-d', ...identity, '--network', networkName, '--ip', ip, ...trust, ...flags, image]);
}

/** Starts the container that serves the vendors' package repositories and the fleet's name service. */
export async function ensureInet(network: FleetNetwork): Promise<void> {
  const addresses = [...vendorHosts.registry.map((host) => `${host}=${network.registryIp}`), ...vendorHosts.inet.map((host) => `${host}=${network.inetIp}`)];
  const flags = ['-e', `FLEET_HOSTS=${addresses.join(' ')}`];
  await ensureRunning(serviceNames.inet, 'fleet/inet', network.inetIp, flags);
}

/** Starts the container that serves images under the public registries' names. */
export async function ensureRegistry(network: FleetNetwork): Promise<void> {
  const flags = ['-v', 'fleet-registry:/var/lib/registry'];
  await ensureRunning(serviceNames.registry, 'fleet/registry', network.registryIp, flags);
}

function configDigest(network: FleetNetwork, reference: string): Promise<string | undefined> {
  const [repository, tag] = reference.split(':');
  const path = `/v2/${repository}/manifests/${tag}`;
  const headers = { accept: 'application/vnd.docker.distribution.manifest.v2+json' };
  return new Promise((resolve, reject) => {
    // Our own container by address: its certificate names the public registries.
    const call = request({ host: network.registryIp, path, headers, rejectUnauthorized: false, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text).config.digest : undefined));
    });
    call.on('timeout', () => call.destroy(new Error('the fleet registry does not answer')));
    call.on('error', reject);
    call.end();
  });
}

async function waitForRegistry(network: FleetNetwork): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await configDigest(network, 'fleet/probe:none').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!failure) return;
    if (attempt === 100) throw failure;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Pushes every service image that the registry does not yet hold in its present form. */
export async function pushServiceImages(network: FleetNetwork): Promise<void> {
  await waitForRegistry(network);
  const tags = serviceImages.map((service) => service.tag);
  const ids = (await mustDocker(['image', 'inspect', '--format', '{{.Id}}', ...tags])).split('\n');
  for (const [index, service] of serviceImages.entries()) {
    if ((await configDigest(network, service.reference)) === ids[index]) continue;
    const remote = `${network.registryIp}:443/${service.reference}`;
    await mustDocker(['tag', service.tag, remote]);
    await mustDocker(['push', '-q', remote]);
    await mustDocker(['rmi', remote]);
  }
}
