import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { mustRun, run } from './command.ts';
import { docker, fleetLabel, mustDocker } from './docker.ts';
import { insideNamespace, namespaceFile } from './namespace.ts';
import { stateDir } from './paths.ts';

/** Name of the fleet's network in its daemon. */
export const networkName = 'fleet';

// One cable per state directory, so that two fleets can run on one machine; the kernel allows fifteen characters.
const cableName = `phf${createHash('sha256').update(stateDir).digest('hex').slice(0, 8)}`;

// Inside the fleet's namespace: the bridge that servers are plugged into, and the end of the cable that leads out of it.
const bridgeName = 'servers';
const uplinkName = 'uplink';

/** The fleet's addresses: a /20 with fixed places for the two service containers and its upper half for servers. */
export interface FleetNetwork {
  subnet: string;
  /** This machine's end of the cable. */
  gateway: string;
  /** The fleet's daemon, which itself speaks to the registry. */
  daemonIp: string;
  registryIp: string;
  inetIp: string;
  /** First three octets of the sixteen /24 blocks, of which servers use the upper eight. */
  serverBlocks: string[];
}

// Out of the way of what clouds (172.31/16), home routers (192.168/16) and the engines inside the servers (172.17/12) use.
const candidates = ['10.231.16', '10.147.80', '10.89.144', '10.213.32', '10.66.208', '10.178.96', '10.119.48', '10.201.160'];

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** Whether two IPv4 prefixes such as `10.0.0.0/20` share an address; a bare address counts as /32. */
export function overlaps(one: string, other: string): boolean {
  const [addressOne = '', bitsOne = '32'] = one.split('/');
  const [addressOther = '', bitsOther = '32'] = other.split('/');
  const size = 2 ** (32 - Math.min(Number(bitsOne), Number(bitsOther)));
  return Math.floor(toNumber(addressOne) / size) === Math.floor(toNumber(addressOther) / size);
}

/** Lays out the fleet's addresses from the first three octets of a /20. */
export function layOut(prefix: string): FleetNetwork {
  const [first = '', second = '', third = ''] = prefix.split('.');
  const block = (offset: number) => `${first}.${second}.${Number(third) + offset}`;
  return {
    subnet: `${prefix}.0/20`,
    gateway: `${prefix}.1`,
    daemonIp: `${prefix}.2`,
    registryIp: `${prefix}.5`,
    inetIp: `${prefix}.7`,
    serverBlocks: [8, 9, 10, 11, 12, 13, 14, 15].map(block),
  };
}

async function takenPrefixes(): Promise<string[]> {
  const routes = await mustRun('ip', ['-4', 'route', 'show', 'table', 'all']);
  const nameservers = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const taken: string[] = [];
  for (const line of routes.split('\n')) {
    if (line.includes(` dev ${cableName} `)) continue;
    taken.push(...(line.match(/\b\d+\.\d+\.\d+\.\d+(\/\d+)?/g) ?? []));
  }
  taken.push(...[...nameservers.matchAll(/^nameserver\s+(\d+\.\d+\.\d+\.\d+)/gm)].map((match) => match[1] ?? ''));
  return taken;
}

async function chooseNetwork(): Promise<FleetNetwork> {
  const taken = await takenPrefixes();
  const free = candidates.map(layOut).find((each) => !taken.some((prefix) => overlaps(each.subnet, prefix)));
  if (!free) throw new Error(`no free network for the fleet among ${candidates.join(', ')}`);
  return free;
}

async function currentNetwork(): Promise<(FleetNetwork & { bridge: string | undefined }) | undefined> {
  const format = '{{(index .IPAM.Config 0).Subnet}} {{index .Options "com.docker.network.bridge.name"}}';
  const result = await docker(['network', 'inspect', networkName, '--format', format]);
  if (result.code !== 0) return undefined;
  const [subnet = '', bridge] = result.stdout.trim().split(' ');
  return { ...layOut(subnet.replace(/\.0\/20$/, '')), bridge };
}

/** Largest packet of the way out, so that the servers' packets never need to be split on it. */
async function outgoingMtu(): Promise<string> {
  const route = JSON.parse(await mustRun('ip', ['-j', '-4', 'route', 'show', 'default'])) as { dev: string }[];
  if (!route[0]) return '1500';
  return (await readFile(`/sys/class/net/${route[0].dev}/mtu`, 'utf8')).trim();
}

/** The fleet's network, made on first use; a network that meanwhile collides with this machine's routes is made anew. */
export async function ensureNetwork(): Promise<FleetNetwork> {
  const current = await currentNetwork();
  if (current) {
    const taken = await takenPrefixes();
    const usable = current.bridge === bridgeName && !taken.some((prefix) => overlaps(current.subnet, prefix));
    if (usable) {
      await plugIn(current);
      return current;
    }
    const attached = await mustDocker(['ps', '-aq', '--filter', `network=${networkName}`]);
    if (attached) await mustDocker(['rm', '-fv', ...attached.split('\n')]);
    await mustDocker(['network', 'rm', networkName]);
  }
  const chosen = await chooseNetwork();
  const mtu = await outgoingMtu();
  // The gateway is this machine, at the other end of the cable: the bridge has no address of its own.
  const options = [`name=${bridgeName}`, 'inhibit_ipv4=true'].map((option) => `com.docker.network.bridge.${option}`);
  const flags = [...options, `com.docker.network.driver.mtu=${mtu}`].flatMap((option) => ['-o', option]);
  const addresses = ['--subnet', chosen.subnet, '--gateway', chosen.gateway, '--aux-address', `daemon=${chosen.daemonIp}`];
  await mustDocker(['network', 'create', '--label', fleetLabel, ...addresses, ...flags, networkName]);
  await plugIn(chosen);
  return chosen;
}

/** Lays the cable between this machine and the fleet's bridge; what is plugged in already stays so. */
async function plugIn({ gateway, daemonIp }: FleetNetwork): Promise<void> {
  const mtu = await outgoingMtu();
  const ip = (...args: string[]) => mustRun('ip', args);
  const ipInside = (...args: string[]) => mustRun('nsenter', insideNamespace('ip', ...args));
  if ((await run('ip', ['link', 'show', 'dev', cableName, 'type', 'veth'])).stdout === '') {
    await removeCable();
    await ip('link', 'add', cableName, 'mtu', mtu, 'type', 'veth', 'peer', 'name', uplinkName, 'mtu', mtu, 'netns', namespaceFile);
  }
  await ip('address', 'replace', `${gateway}/20`, 'dev', cableName);
  await ip('link', 'set', cableName, 'up');
  await ipInside('link', 'set', uplinkName, 'master', bridgeName, 'up');
  await ipInside('address', 'replace', `${daemonIp}/20`, 'dev', bridgeName);
  await ipInside('route', 'replace', 'default', 'via', gateway);
}

function rules(subnet: string): string[][] {
  return [
    ['-t', 'nat', 'POSTROUTING', '-s', subnet, '!', '-o', cableName, '-j', 'MASQUERADE'],
    ['-t', 'filter', 'FORWARD', '-i', cableName, '-j', 'ACCEPT'],
    ['-t', 'filter', 'FORWARD', '-o', cableName, '-j', 'ACCEPT'],
  ];
}

async function iptables(action: string, rule: readonly string[]): Promise<number> {
  const [, table = '', chain = '', ...match] = rule;
  return (await run('iptables', ['-w', '-t', table, action, chain, ...match])).code;
}

/**
 * Lets the servers reach the outside. The daemon runs with `--iptables=false`, because a daemon that writes rules
 * flushes the chains of every other daemon on the machine; three rules of our own do what the fleet needs. It switches
 * forwarding on in its own namespace only, and this machine may never have forwarded for anyone.
 */
export async function openForwarding(subnet: string): Promise<void> {
  await mustRun('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
  for (const rule of rules(subnet)) {
    if ((await iptables('-C', rule)) === 0) continue;
    if ((await iptables('-I', rule)) !== 0) throw new Error(`iptables refused ${rule.join(' ')}`);
  }
}

/** Takes back what `openForwarding` added; does nothing where it was not added. */
export async function closeForwarding(): Promise<void> {
  const network = await currentNetwork();
  if (!network) return;
  for (const rule of rules(network.subnet)) await iptables('-D', rule);
}

/** Removes the cable between this machine and the fleet, with its route. */
export async function removeCable(): Promise<void> {
  await run('ip', ['link', 'delete', cableName]);
}
