import { describe, expect, it } from 'vitest';
import { type Facts, factsSchema } from './facts.ts';
import { factsNotices } from './factsNotices.ts';
import {
  diskWords,
  dockerWords,
  gpuTraits,
  machineWords,
  memoryWords,
  mountWords,
  networkWords,
  processorWords,
  raidWords,
  runtimeWords,
} from './factsWords.ts';

const device = (index: number, changes: object = {}) => ({ index, uuid: `GPU-${index}`, name: 'NVIDIA A10', vramMib: 23_028, ...changes });
const facts = (changes: object = {}): Facts =>
  factsSchema.parse({
    ...{ collectedAtMs: 1, hostname: 'gpu-1', os: { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04' }, kernel: '5.15', architecture: 'x86_64' },
    ...{ bootId: null, uptimeS: 1, virtualization: null, init: 'systemd', cpu: { model: null, logicalCores: 0 } },
    memory: { totalMib: 0, availableMib: null, swapTotalMib: 0 },
    ...{ disks: [], mounts: [], ports: [], privilege: 'root', time: { synchronized: true, zone: null }, unknowns: [] },
    gpu: { state: 'none', detail: null, driverVersion: null, cudaVersion: null, devices: [] },
    docker: { state: 'missing', serverVersion: null, composeVersion: null, rootDirectory: null },
    ...changes,
  });
const gpu = (changes: object) => ({ gpu: { ...facts().gpu, state: 'ok', ...changes } });
const raid = (state: string, working: number) => ({ raid: [{ name: 'md0', level: 'raid1', state, disks: 2, working, members: ['sda1', 'sdb1'] }] });

describe('what asks for a person', () => {
  it('is nothing on a server that is well, or of which nothing is known', () => expect(factsNotices(facts())).toEqual([]));
  it.each<[string, object, string, RegExp]>([
    [
      'a driver upgraded under its module',
      gpu({ driverVersion: '560.35.03', moduleVersion: '550.127.05' }),
      'driver-mismatch',
      /upgraded to 560\.35\.03.*module 550\.127\.05/,
    ],
    [
      'the same where nvidia-smi says so alone',
      gpu({ state: 'driver-error', detail: 'Failed to initialize NVML: Driver/library version mismatch' }),
      'driver-mismatch',
      /still runs its module:/,
    ],
    ['memory errors of a card', gpu({ toolkitVersion: '1', devices: [device(0), device(3, { eccErrors: 1 })] }), 'ecc-3', /GPU 3 had 1 memory error since/],
    ['a RAID that lost a disk', raid('degraded', 1), 'raid-md0', /raid1\) is degraded: 1 of 2 disks/],
    ['a RAID that does not run', raid('inactive', 1), 'raid-md0', /not running/],
    ['updates that wait', { updates: { rebootRequired: true, unattended: true } }, 'reboot-required', /with a reboot only/],
    ['a clock on its own', { time: { synchronized: false, zone: null } }, 'clock', /not synchronised/],
    [
      'cards that containers cannot use',
      { ...gpu({ devices: [device(0)] }), docker: { ...facts().docker, state: 'ok', runtimes: ['runc'] } },
      'no-container-toolkit',
      /Toolkit is missing/,
    ],
  ])('%s', (_what, changes, id, sentence) => {
    const notices = factsNotices(facts(changes));
    expect(notices.map((notice) => notice.id)).toEqual([id]);
    expect(notices[0]?.sentence).toMatch(sentence);
    expect(notices[0]?.next).toMatch(/^[A-Z].*\.$/);
  });
  it('puts the worst first', () =>
    expect(
      factsNotices(
        facts({ ...raid('rebuilding', 1), ...gpu({ driverVersion: '2.0', moduleVersion: '1.0' }), updates: { rebootRequired: true, unattended: null } }),
      ).map(({ tone }) => tone),
    ).toEqual(['bad', 'warn', 'warn']));
});

describe('facts in words', () => {
  it.each([
    [
      { machine: { vendor: 'Amazon EC2', product: 'g5.4xlarge', provider: 'aws', instanceType: 'g5.4xlarge' }, virtualization: 'amazon' },
      'AWS g5.4xlarge, virtual (amazon)',
    ],
    [{ machine: { vendor: 'Google', product: 'Google Compute Engine', provider: 'gcp', instanceType: null } }, 'Google Cloud Google Compute Engine'],
    [
      { machine: { vendor: 'Supermicro', product: 'SYS-421GE', provider: null, instanceType: null }, virtualization: 'none' },
      'Supermicro SYS-421GE, bare metal',
    ],
    [{}, null],
  ])('the machine %#', (changes, words) => expect(machineWords(facts(changes))).toBe(words));
  it('processor, memory, network', () => {
    const known = facts({
      cpu: { model: 'AMD EPYC 7543', logicalCores: 128, sockets: 2, cores: 64, maxMhz: 3737.8 },
      memory: { totalMib: 128_700, availableMib: null, swapTotalMib: 8192, type: 'DDR4', speedMts: 3200, ecc: true },
    });
    expect([processorWords(known), processorWords(facts())]).toEqual(['AMD EPYC 7543, 2 sockets, 64 cores, 128 threads, up to 3.7 GHz', 'unknown model']);
    expect([memoryWords(known), memoryWords(facts())]).toEqual(['125.7 GiB DDR4 with ECC at 3200 MT/s, 8 GiB swap', 'unknown, no swap']);
    expect([25_000, 100, null].map((speedMbps) => networkWords({ name: 'eno1', up: true, speedMbps }))).toEqual([
      'eno1 25 Gbit/s',
      'eno1 100 Mbit/s',
      'eno1 up',
    ]);
    expect(networkWords({ name: 'eno1', up: false, speedMbps: 10 })).toBe('eno1 down');
  });
  it('disks, what lies on them, arrays', () => {
    const disks = [{ name: 'nvme0n1', sizeBytes: 1, rotational: false, model: 'PM9A3', kind: 'nvme' as const }];
    const mount = { mountPoint: '/m', source: 'a', filesystem: 'ext4', sizeBytes: 1, usedBytes: 0, availableBytes: 1, roleWhy: null, lvm: true };
    expect(disks.map(diskWords)).toEqual(['nvme0n1 NVMe PM9A3']);
    expect(mountWords({ ...mount, role: 'models', disks: ['nvme0n1'], raid: 'raid1' }, disks)).toBe('models, on NVMe, RAID 1, LVM');
    expect(mountWords({ ...mount, role: null, disks: [], raid: null, lvm: false }, disks)).toBe('');
    expect(facts(raid('clean', 2)).raid.map(raidWords)).toEqual(['md0: RAID 1, clean, 2 of 2 disks (sda1, sdb1)']);
  });
  it('Docker and its runtimes', () => {
    const docker = { ...facts().docker, state: 'ok', serverVersion: '27.3.1', composeVersion: '2.29.7', containerdVersion: '1.7.22', defaultRuntime: 'runc' };
    const known = facts({ docker: { ...docker, runtimes: ['io.containerd.runc.v2', 'nvidia', 'runc'] } });
    expect([dockerWords(known), runtimeWords(known)]).toEqual(['27.3.1, Compose 2.29.7, containerd 1.7.22', 'nvidia, runc (default)']);
    expect([dockerWords(facts()), runtimeWords(facts())]).toEqual(['not installed', null]);
  });
  it('what GPUs have in common, and what not', () => {
    const { devices } = facts(
      gpu({
        devices: [
          device(0, { ecc: true, eccErrors: 0, mig: false, powerLimitW: 300 }),
          device(1, { ecc: true, eccErrors: 0, mig: true, migInstances: 7, powerLimitW: 300 }),
        ],
      }),
    ).gpu;
    expect(gpuTraits(devices)).toEqual([
      ['Error correction', 'on, 0 uncorrected errors'],
      ['Divided (MIG)', 'GPU 0 no; GPU 1 7 instances'],
      ['Power limit', '300 W'],
    ]);
    expect(gpuTraits([])).toEqual([]);
  });
});
