import { type Facts, factsSchema } from '../../../shared/model/facts.ts';

type Mount = Facts['mounts'][number];
type Device = Facts['gpu']['devices'][number];

/** Bytes of a disk as sold, and of a file system on all of it. */
export const sizes = { sold: (gb: number) => gb * 1e9, formatted: (gb: number) => Math.round(gb * 1e9 * 0.965) };

/** A file system of so many GB. */
export const mountOf = (mountPoint: string, gb: number, role: Mount['role'], disks: string[], raid: string | null = null): Mount => ({
  ...{ mountPoint, source: `/dev/${disks[0] ?? 'md0'}`, filesystem: 'ext4', role, roleWhy: null, disks, raid, lvm: false },
  ...{ sizeBytes: sizes.formatted(gb), usedBytes: 0, availableBytes: sizes.formatted(gb) },
});

/** A disk of so many GB. */
export const diskOf = (name: string, gb: number, kind: Facts['disks'][number]['kind']): Facts['disks'][number] => ({
  ...{ name, sizeBytes: sizes.sold(gb), rotational: kind === 'hdd', model: 'SAMSUNG MZQL21T9HCJR-00A07', kind },
});

/** Cards of a kind, as nvidia-smi names and measures them. */
export const gpusOf = (count: number, name: string, vramMib: number): Device[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ index, uuid: `GPU-${index}`, name, vramMib, pciAddress: null, ecc: null, eccErrors: null, mig: null, migInstances: 0 },
    ...{ powerLimitW: null, persistence: null, nvlinks: null },
  }));

/** A server of its own that meets every tier; `changes` say what of it is other. */
export function optimalFacts(changes: Partial<Facts> = {}): Facts {
  const disks = ['nvme0n1', 'nvme1n1', 'nvme2n1', 'nvme3n1'];
  return factsSchema.parse({
    ...{ collectedAtMs: 1000, hostname: 'gpu-1', os: { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04.5 LTS' }, kernel: '5.15.0-125-generic' },
    ...{ architecture: 'x86_64', bootId: null, uptimeS: 1, virtualization: 'none', init: 'systemd' },
    cpu: { model: 'AMD EPYC 7543 32-Core Processor', logicalCores: 64, sockets: 1, cores: 32, maxMhz: 3737.8899 },
    memory: { totalMib: 128_700, availableMib: 100_000, swapTotalMib: 0, type: 'DDR4', speedMts: 3200, ecc: true },
    disks: [...disks.map((name) => diskOf(name, 1920, 'nvme')), diskOf('nvme4n1', 1920, 'nvme'), diskOf('sda', 8000, 'hdd')],
    raid: [{ name: 'md0', level: 'raid10', state: 'clean', disks: 4, working: 4, members: disks.map((name) => `${name}p2`) }],
    mounts: [
      mountOf('/', 1000, 'system', disks, 'raid10'),
      mountOf('/data', 2800, 'data', disks, 'raid10'),
      mountOf('/models', 1920, 'models', ['nvme4n1']),
      mountOf('/srv/backups', 8000, 'backups', ['sda']),
    ],
    interfaces: [{ name: 'enp1s0', up: true, speedMbps: 10_000 }],
    gpu: {
      ...{ state: 'ok', detail: null, driverVersion: '550.127.05', moduleVersion: '550.127.05', cudaVersion: '12.4', toolkitVersion: '1.17.4' },
      devices: gpusOf(2, 'NVIDIA A100-SXM4-40GB', 40_536),
    },
    docker: {
      ...{ state: 'ok', serverVersion: '27.3.1', composeVersion: '2.29.7', rootDirectory: '/var/lib/docker' },
      ...{ containerdVersion: '1.7.22', storageDriver: 'overlay2', runtimes: ['nvidia', 'runc'], defaultRuntime: 'runc' },
    },
    ...{ ports: [], privilege: 'nopasswd', time: { synchronized: true, zone: 'Etc/UTC' }, unknowns: [] },
    ...changes,
  });
}
