import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Facts, factsSchema } from '../../../shared/model/facts.ts';
import { factsDifferences } from './factsChanges.ts';
import { changesSummary } from './factsSummary.ts';
import { readsAsLess } from './readsAsLess.ts';
import { watchedFacts } from './watchedFacts.ts';

const gpu = (index: number, changes: object = {}) => ({ index, uuid: `GPU-${index}`, name: 'NVIDIA A100-SXM4-40GB', vramMib: 40_536, ecc: true, ...changes });
const base = {
  ...{ collectedAtMs: 1_700_000_000_000, hostname: 'gpu-1', os: { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04.5 LTS' }, kernel: '5.15.0-125' },
  ...{ architecture: 'x86_64', bootId: 'b1', uptimeS: 3600, virtualization: 'none', init: 'systemd' },
  machine: { vendor: 'Supermicro', product: 'AS-4124', provider: null, instanceType: null },
  cpu: { model: 'AMD EPYC 7543', logicalCores: 64, sockets: 1, cores: 32, maxMhz: 3737 },
  memory: { totalMib: 128_700, availableMib: 100_000, swapTotalMib: 0, type: 'DDR4', speedMts: 3200, ecc: true },
  disks: ['nvme0n1', 'nvme1n1'].map((name) => ({ name, sizeBytes: 1.92e12, rotational: false, model: 'SAMSUNG PM9A3', kind: 'nvme' })),
  raid: [{ name: 'md0', level: 'raid1', state: 'clean', disks: 2, working: 2, members: ['nvme0n1', 'nvme1n1'] }],
  mounts: ['/', '/data'].map((mountPoint) => ({ mountPoint, source: '/dev/md0', filesystem: 'ext4', sizeBytes: 1e12, usedBytes: 1e11, availableBytes: 9e11 })),
  interfaces: [{ name: 'eno1', up: true, speedMbps: 25_000 }],
  gpu: {
    ...{ state: 'ok', detail: null, driverVersion: '550.127.05', moduleVersion: '550.127.05', cudaVersion: '12.4', toolkitVersion: '1.17.4' },
    devices: [gpu(0, { eccErrors: 0 }), gpu(1, { eccErrors: 2 })],
  },
  docker: {
    ...{ state: 'ok', serverVersion: '27.3.1', composeVersion: '2.29.7', rootDirectory: '/var/lib/docker', containerdVersion: '1.7.22' },
    ...{ storageDriver: 'overlay2', runtimes: ['nvidia', 'runc'], defaultRuntime: 'runc' },
  },
  updates: { rebootRequired: false, unattended: true },
  ports: [{ protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' }],
  ...{ privilege: 'nopasswd', time: { synchronized: true, zone: 'Etc/UTC' }, unknowns: [] },
};
const facts = (changes: object = {}): Facts => factsSchema.parse({ ...base, ...changes });
const told = (after: object, before: object = {}) =>
  factsDifferences(facts(before), facts(after)).map(({ path, before: was, after: is, important }) => `${important ? '! ' : ''}${path}: ${was} → ${is}`);

describe('what is no change', () => {
  it.each([
    [
      'time that passes, and free space',
      { collectedAtMs: 1_700_003_600_000, uptimeS: 7200, mounts: base.mounts.map((mount) => ({ ...mount, usedBytes: 5e11, availableBytes: 5e11 })) },
    ],
    ['memory in use, and a little that the kernel keeps', { memory: { ...base.memory, totalMib: 128_100, availableMib: 3 } }],
    ['disks that change their names', { disks: base.disks.toReversed().map((disk, index) => ({ ...disk, name: `nvme${index}n1` })) }],
    [
      'ports for a moment and of this machine alone',
      {
        ports: [
          ...base.ports,
          { protocol: 'tcp', address: '0.0.0.0', port: 40_000, process: null },
          { protocol: 'tcp', address: '127.0.0.1', port: 6379, process: null },
        ],
      },
    ],
    ['a login that does not see who listens', { ports: [{ protocol: 'tcp', address: '0.0.0.0', port: 22, process: null }] }],
    ['parts that could not be read', { disks: [], mounts: [], interfaces: [], ports: [], cpu: { ...base.cpu, model: null, cores: null } }],
    ['a Docker that does not tell its parts', { docker: { ...base.docker, serverVersion: null, runtimes: [], defaultRuntime: null } }],
    ['errors that a reboot made forget', { gpu: { ...base.gpu, devices: [gpu(0, { eccErrors: 0 }), gpu(1, { eccErrors: 0 })] } }],
  ])('%s', (_what, after) => {
    expect(told(after).filter((line) => !line.startsWith('docker.runtimes'))).toEqual([]);
    expect(told({}, after).filter((line) => !line.startsWith('docker.runtimes') && !line.includes('eccErrors'))).toEqual([]);
  });
});

describe('what is one', () => {
  it.each<[string, object, string[]]>([
    [
      'a GPU that is gone, once and not for each of its parts',
      { gpu: { ...base.gpu, devices: [gpu(0, { eccErrors: 0 })] } },
      ['! gpu.count: 2 → 1', '! gpu.devices.GPU-1: NVIDIA A100-SXM4-40GB → null'],
    ],
    [
      'another card in its place',
      { gpu: { ...base.gpu, devices: [gpu(0, { eccErrors: 0 }), gpu(1, { uuid: 'GPU-9' })] } },
      ['gpu.devices.GPU-9: null → NVIDIA A100-SXM4-40GB', '! gpu.devices.GPU-1: NVIDIA A100-SXM4-40GB → null'],
    ],
    [
      'a driver that fails: its cards are not said to be gone',
      { gpu: { ...base.gpu, state: 'driver-error', devices: [] } },
      ['! gpu.state: answer → the driver fails'],
    ],
    [
      'a driver that was upgraded under the module',
      { gpu: { ...base.gpu, driverVersion: '560.35.03', cudaVersion: '12.6' } },
      ['! gpu.driver: 550.127.05 → 560.35.03', 'gpu.cuda: 12.4 → 12.6'],
    ],
    [
      'errors that became more',
      { gpu: { ...base.gpu, devices: [gpu(0, { eccErrors: 0 }), gpu(1, { eccErrors: 5 })] } },
      ['! gpu.devices.GPU-1.eccErrors: 2 → 5'],
    ],
    ['a GPU that was divided', { gpu: { ...base.gpu, devices: [gpu(0, { eccErrors: 0 }), gpu(1, { eccErrors: 2, mig: true, migInstances: 7 })] } }, []],
    ['less memory', { memory: { ...base.memory, totalMib: 96_000 } }, ['! memory.total: 125.7 GiB → 93.8 GiB']],
    ['more memory', { memory: { ...base.memory, totalMib: 257_000 } }, ['memory.total: 125.7 GiB → 251.0 GiB']],
    [
      'another kernel, after a reboot',
      { kernel: '5.15.0-130', bootId: 'b2', uptimeS: 60 },
      ['! kernel: 5.15.0-125 → 5.15.0-130', 'boot: 2023-11-14 21:13Z → 2023-11-14 22:12Z'],
    ],
    [
      'a disk that is gone, and its array',
      { disks: base.disks.slice(1), raid: [{ ...base.raid[0], state: 'degraded', working: 1 }] },
      ['! disks.SAMSUNG PM9A3 1920 GB: 2 → 1', '! raid.md0: raid1, clean, 2 of 2 disks → raid1, degraded, 1 of 2 disks'],
    ],
    ['a file system that is not mounted any more', { mounts: base.mounts.slice(0, 1) }, ['! mounts./data: 1000 GB ext4 → null']],
    ['a slower network', { interfaces: [{ name: 'eno1', up: true, speedMbps: 1000 }] }, ['! interfaces.eno1: 25000 Mbit/s → 1000 Mbit/s']],
    ['a network card without its cable', { interfaces: [{ name: 'eno1', up: false, speedMbps: null }] }, ['! interfaces.eno1: 25000 Mbit/s → down']],
    [
      'Docker, that stopped',
      {
        docker: { ...base.docker, state: 'daemon-down', serverVersion: null, containerdVersion: null, storageDriver: null, runtimes: [], defaultRuntime: null },
      },
      ['! docker.state: answers → does not answer'],
    ],
    ['a runtime that is gone', { docker: { ...base.docker, runtimes: ['runc'] } }, ['! docker.runtimes: nvidia, runc → runc']],
    [
      'a port that was opened',
      { ports: [...base.ports, { protocol: 'tcp', address: '0.0.0.0', port: 5432, process: 'postgres' }] },
      ['ports.5432: null → postgres'],
    ],
    ['a clock that ran away', { time: { ...base.time, synchronized: false } }, ['! time.synchronized: yes → no']],
  ])('%s', (_what, after, expected) => expect(told(after)).toEqual(expected));

  it('a division that is undone', () => {
    const divided = { gpu: { ...base.gpu, devices: [gpu(0, { mig: true, migInstances: 7 })] } };
    const whole = { gpu: { ...base.gpu, devices: [gpu(0, { mig: false })] } };
    expect(told(whole, divided)).toEqual(['! gpu.devices.GPU-0.mig: into 7 → no']);
  });
});

it('finds nothing between equal facts, and each change from both sides, whatever the facts hold', () => {
  const text = fc.string({ maxLength: 12 });
  const nullable = fc.option(text);
  const some = fc.record({
    hostname: text,
    kernel: text,
    bootId: nullable,
    uptimeS: fc.option(fc.nat()),
    memory: fc.record({ totalMib: fc.nat(), availableMib: fc.constant(null), swapTotalMib: fc.nat() }),
    mounts: fc.array(fc.record({ mountPoint: text, source: text, filesystem: text, sizeBytes: fc.nat(), usedBytes: fc.nat(), availableBytes: fc.nat() }), {
      maxLength: 4,
    }),
    interfaces: fc.array(fc.record({ name: text, up: fc.boolean(), speedMbps: fc.option(fc.nat()) }), { maxLength: 3 }),
    ports: fc.array(fc.record({ protocol: fc.constantFrom('tcp', 'udp'), address: text, port: fc.nat(65_535), process: nullable }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(some, some, (one, other) => {
      expect(factsDifferences(facts(one), facts(one))).toEqual([]);
      const differences = factsDifferences(facts(one), facts(other));
      for (const { path, before, after } of differences) {
        expect(before === after && path !== 'boot').toBe(false);
        expect(before === null ? watchedFacts(facts(one)).has(path) : false).toBe(false);
      }
    }),
  );
});

it.each([
  ['8', '7', true],
  ['7', '8', false],
  ['25000 Mbit/s', 'down', false],
  ['8', null, true],
  [null, '8', false],
])('%s to %s reads as less: %s', (before, after, less) => expect(readsAsLess(before, after)).toBe(less));

it('sums up changes: the important by name, the others by number', () => {
  const change = (title: string, important: boolean) => ({ path: title, title, before: '2', after: '1', important });
  expect(changesSummary([])).toEqual([]);
  expect(changesSummary([change('a', false)])).toEqual(['changed: 1 change']);
  expect(changesSummary([change('Number of GPUs', true), change('a', false), change('b', false)])).toEqual(['changed: Number of GPUs 2 → 1, 2 more']);
});
