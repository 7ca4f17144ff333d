import type { Facts } from './facts.ts';

type Device = Facts['gpu']['devices'][number];

const providers: Record<NonNullable<Facts['machine']['provider']>, string> = {
  alibaba: 'Alibaba Cloud',
  aws: 'AWS',
  azure: 'Azure',
  digitalocean: 'DigitalOcean',
  exoscale: 'Exoscale',
  gcp: 'Google Cloud',
  hetzner: 'Hetzner',
  linode: 'Linode',
  openstack: 'OpenStack',
  oracle: 'Oracle Cloud',
  scaleway: 'Scaleway',
  tencent: 'Tencent Cloud',
  upcloud: 'UpCloud',
  vultr: 'Vultr',
};

const kinds: Record<NonNullable<Facts['disks'][number]['kind']>, string> = { nvme: 'NVMe', ssd: 'SSD', hdd: 'hard disk', virtual: 'virtual disk' };
const roles: Record<NonNullable<Facts['mounts'][number]['role']>, string> = {
  system: 'system',
  containers: 'containers',
  models: 'models',
  data: 'data',
  backups: 'backups',
};

/** What the machine is, and whose: `AWS g5.4xlarge`, `Supermicro AS -4124GS-TNR`; null where nothing tells. */
export function machineWords({ machine, virtualization }: Facts): string | null {
  const named = machine.provider === null ? [machine.vendor, machine.product] : [providers[machine.provider], machine.instanceType ?? machine.product];
  const what = named.filter((part) => part !== null).join(' ');
  const kind = /^(docker|podman|lxc|lxc-libvirt|systemd-nspawn|openvz|rkt|container-other)$/.test(virtualization ?? '') ? 'container' : 'virtual';
  const how = virtualization === null ? '' : virtualization === 'none' ? 'bare metal' : `${kind} (${virtualization})`;
  return [what, how].filter((part) => part !== '').join(', ') || null;
}

/** `AMD EPYC 7543, 2 sockets, 64 cores, 128 threads, up to 3.7 GHz`. */
export function processorWords({ cpu }: Facts): string {
  const parts = [
    cpu.model ?? 'unknown model',
    cpu.sockets !== null && cpu.sockets > 1 ? `${cpu.sockets} sockets` : '',
    cpu.cores === null ? '' : `${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'}`,
    cpu.logicalCores === 0 ? '' : `${cpu.logicalCores} ${cpu.logicalCores === 1 ? 'thread' : 'threads'}`,
    cpu.maxMhz === null ? '' : `up to ${(cpu.maxMhz / 1000).toFixed(1)} GHz`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** `125.7 GiB DDR4 with ECC at 3200 MT/s, no swap`. */
export function memoryWords({ memory }: Facts): string {
  const gib = (mib: number) => `${Number((mib / 1024).toFixed(1))} GiB`;
  const ecc = memory.ecc === null ? '' : memory.ecc ? ' with ECC' : ' without ECC';
  const kind = memory.type === null ? '' : ` ${memory.type}${ecc}${memory.speedMts === null ? '' : ` at ${memory.speedMts} MT/s`}`;
  return `${memory.totalMib === 0 ? 'unknown' : gib(memory.totalMib)}${kind}, ${memory.swapTotalMib === 0 ? 'no swap' : `${gib(memory.swapTotalMib)} swap`}`;
}

/** A disk without its size: `nvme0n1 NVMe SAMSUNG PM9A3`. */
export function diskWords({ name, kind, model }: Facts['disks'][number]): string {
  return [name, kind === null ? null : kinds[kind], model].filter((part) => part !== null).join(' ');
}

/** What a file system is for and on what it lies: `models, on NVMe, RAID 1`; empty where neither is known. */
export function mountWords(mount: Facts['mounts'][number], disks: Facts['disks']): string {
  const below = new Set(mount.disks.flatMap((name) => disks.find((disk) => disk.name === name)?.kind ?? []));
  const parts = [
    mount.role === null ? '' : roles[mount.role],
    below.size === 0 ? '' : `on ${[...below].map((kind) => kinds[kind]).join(' and ')}`,
    mount.raid === null ? '' : mount.raid.replace(/^raid/, 'RAID '),
    mount.lvm ? 'LVM' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A software RAID: `md0: RAID 1, clean, 2 of 2 disks (nvme0n1p2, nvme1n1p2)`. */
export function raidWords({ name, level, state, disks, working, members }: Facts['raid'][number]): string {
  return `${name}: ${level.replace(/^raid/, 'RAID ')}, ${state}, ${working} of ${disks} disks (${members.join(', ')})`;
}

/** A network card: `eno1 10 Gbit/s`, `eno2 down`. */
export function networkWords({ name, up, speedMbps }: Facts['interfaces'][number]): string {
  if (!up) return `${name} down`;
  if (speedMbps === null) return `${name} up`;
  return `${name} ${speedMbps >= 1000 ? `${Number((speedMbps / 1000).toFixed(1))} Gbit/s` : `${speedMbps} Mbit/s`}`;
}

/** Docker with its parts, or why it does not answer. */
export function dockerWords({ docker }: Facts): string {
  const states = { missing: 'not installed', 'daemon-down': 'the daemon does not answer', denied: 'this login may not use it' };
  if (docker.state !== 'ok') return states[docker.state];
  return [
    docker.serverVersion ?? 'unknown version',
    `Compose ${docker.composeVersion ?? 'missing'}`,
    docker.containerdVersion === null ? '' : `containerd ${docker.containerdVersion}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Docker's runtimes with the default marked: `runc (default), nvidia`; null where none is told. */
export function runtimeWords({ docker }: Facts): string | null {
  // Each runtime is listed by its long name as well.
  const named = docker.runtimes.filter((name) => !name.startsWith('io.containerd.'));
  return named.map((name) => (name === docker.defaultRuntime ? `${name} (default)` : name)).join(', ') || null;
}

/** What all GPUs of a server have in common beside their model, and which differ: name and words. */
export function gpuTraits(devices: readonly Device[]): [name: string, words: string][] {
  const traits: [string, (device: Device) => string | null][] = [
    [
      'Error correction',
      ({ ecc, eccErrors }) => (ecc === null ? null : ecc ? `on, ${eccErrors ?? 'unknown'} uncorrected ${eccErrors === 1 ? 'error' : 'errors'}` : 'off'),
    ],
    ['Divided (MIG)', ({ mig, migInstances }) => (mig === null ? null : mig ? `${migInstances} instances` : 'no')],
    ['NVLinks', ({ nvlinks }) => (nvlinks === null ? null : nvlinks === 0 ? 'none' : `${nvlinks} to each other`)],
    ['Power limit', ({ powerLimitW }) => (powerLimitW === null ? null : `${Math.round(powerLimitW)} W`)],
    ['Persistence', ({ persistence }) => (persistence === null ? null : persistence ? 'on' : 'off')],
  ];
  return traits.flatMap(([name, of]): [string, string][] => {
    const words = devices.map((device) => of(device));
    if (words.every((each) => each === null)) return [];
    const [first] = words;
    if (words.every((each) => each === first)) return [[name, first ?? 'unknown']];
    return [[name, devices.map((device, at) => `GPU ${device.index} ${words[at] ?? 'unknown'}`).join('; ')]];
  });
}
