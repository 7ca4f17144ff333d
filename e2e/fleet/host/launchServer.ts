import { readFile } from 'node:fs/promises';
import { freeAbandonedAddresses, freeAddress, reserveAddress } from './addresses.ts';
import { capabilityFlags } from './capabilities.ts';
import { CommandFailed } from './command.ts';
import { docker, fleetLabel, mustDocker } from './docker.ts';
import { type FleetNetwork, networkName } from './network.ts';
import { trustPaths } from './paths.ts';
import { isAlive, ownProcess } from './processIdentity.ts';
import type { ServerSpec } from './serverSpec.ts';

/** Label with the process that a container belongs to; once that has ended, the container is removed. */
export const ownerLabel = `${fleetLabel}.owner`;
const addressLabel = `${fleetLabel}.address`;
const kept = 'kept';

// What systemd and a Docker Engine inside need beyond capabilities; all of it stays inside the container's namespaces.
const systemFlags = [
  '--security-opt=seccomp=unconfined',
  '--security-opt=apparmor=unconfined',
  '--security-opt=systempaths=unconfined',
  '--device-cgroup-rule=a *:* rwm',
  '--device=/dev/fuse',
  '--device=/dev/net/tun',
  '--cgroupns=private',
  '--tmpfs=/run:exec',
  '--tmpfs=/run/lock',
  '--tmpfs=/tmp:exec,mode=1777',
  '--env=container=docker',
  // A reboot inside ends the first process; the policy then starts the machine again.
  '--restart=unless-stopped',
];

async function kindFlags(spec: ServerSpec): Promise<string[]> {
  const memory = ['--memory', spec.memory ?? (spec.kind === 'light' ? '128m' : '2g')];
  if (spec.kind === 'light') return [...memory, '--init', 'fleet/server', '/sbin/fleet-light-init'];
  return [...memory, ...systemFlags, ...(await capabilityFlags()), `fleet/${spec.kind === 'prov' ? 'prov' : 'server'}`];
}

/** Starts a server's container and returns its address; replaces a server of the same name. */
export async function launchServer(network: FleetNetwork, spec: ServerSpec): Promise<string> {
  await removeServer(spec.name);
  const owner = spec.keep ? kept : await ownProcess();
  const address = await reserveAddress(network, owner);
  const labels = [fleetLabel, `${ownerLabel}=${owner}`, `${addressLabel}=${address}`].flatMap((each) => ['--label', each]);
  const identity = ['--name', spec.name, '--hostname', spec.name, '--network', networkName, '--ip', address];
  const key = (await readFile(trustPaths.sshPublicKey, 'utf8')).trim();
  const names = ['--dns', network.inetIp, '-e', `FLEET_DNS=${network.inetIp}`, '-e', `FLEET_KEY=${key}`];
  await mustDocker(['run', '-d', ...labels, ...identity, ...names, ...(await kindFlags(spec))]);
  return address;
}

/** Removes a server with its disks and gives its address back; does nothing when there is none of that name. */
export async function removeServer(name: string): Promise<void> {
  const found = await docker(['inspect', '--format', `{{index .Config.Labels "${addressLabel}"}}`, name]);
  if (found.code !== 0) return;
  const removal = await docker(['rm', '-fv', name]);
  // Two processes may clear the same abandoned server at once.
  if (removal.code !== 0 && !/already in progress|No such container/.test(removal.stderr)) {
    throw new CommandFailed(`docker rm -fv ${name}`, removal);
  }
  const address = found.stdout.trim();
  if (address !== '') await freeAddress(address);
}

/** A server's container, whoever started it. */
export interface KnownServer {
  name: string;
  address: string;
  owner: string;
  state: string;
}

/** All servers of the fleet, running or not. */
export async function listServers(): Promise<KnownServer[]> {
  const format = `{{.Names}}|{{.Label "${addressLabel}"}}|{{.Label "${ownerLabel}"}}|{{.Status}}`;
  const lines = await mustDocker(['ps', '-a', '--filter', `label=${ownerLabel}`, '--format', format]);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', address = '', owner = '', state = ''] = line.split('|');
      return { name, address, owner, state };
    });
}

/** Removes what processes that have ended left behind; servers that were asked to be kept stay. */
export async function removeAbandonedServers(): Promise<void> {
  const servers = await listServers();
  const abandoned: KnownServer[] = [];
  for (const server of servers) if (server.owner !== kept && !(await isAlive(server.owner))) abandoned.push(server);
  await Promise.all(abandoned.map((server) => removeServer(server.name)));
  await freeAbandonedAddresses(new Set(servers.map((server) => server.address)));
}
