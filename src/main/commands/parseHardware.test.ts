import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsSchema } from '../../shared/model/facts.ts';
import { readFixture, withSection } from './fixtures/readFixture.ts';
import { mountRole } from './mountRole.ts';
import { parseFacts } from './parseFacts.ts';

const debian12 = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
const whole = (sections: Record<string, readonly [number, string]>) => {
  const added = Object.entries(sections).filter(([name]) => !debian12.includes(`\n@${name} `));
  const base = debian12.replace(/\n@end/, `${added.map(([name]) => `\n@${name} 127`).join('')}\n@end`);
  return Object.entries(sections).reduce((output, [name, [status, text]]) => withSection(output, name, status, text), base);
};
const parse = (sections: Record<string, readonly [number, string]>) => parseFacts(whole(sections), { server: 'gpu-01', collectedAtMs: 1 });

describe('the machine', () => {
  // As recorded in cloud-init's tests of ds-identify and in providers' own pages.
  it.each([
    ['sys_vendor=Amazon EC2\nproduct_name=g5.4xlarge\nboard_name=Not Specified', 'aws', 'g5.4xlarge'],
    ['sys_vendor=Xen\nproduct_name=HVM domU\nproduct_version=4.11.amazon', 'aws', null],
    ['sys_vendor=Google\nproduct_name=Google Compute Engine', 'gcp', null],
    ['sys_vendor=Microsoft Corporation\nproduct_name=Virtual Machine\nchassis_asset_tag=7783-7084-3265-9085-8269-3286-77', 'azure', null],
    ['sys_vendor=Microsoft Corporation\nproduct_name=Virtual Machine\nchassis_asset_tag=0000-0011-1111', null, null],
    ['sys_vendor=Hetzner\nproduct_name=vServer', 'hetzner', null],
    ['sys_vendor=DigitalOcean\nproduct_name=Droplet', 'digitalocean', null],
    ['sys_vendor=QEMU\nproduct_name=Standard PC (i440FX + PIIX, 1996)\nchassis_asset_tag=OracleCloud.com', 'oracle', null],
    ['sys_vendor=Alibaba Cloud\nproduct_name=Alibaba Cloud ECS', 'alibaba', null],
    ['sys_vendor=Scaleway\nproduct_name=SCW-GPU-3070-S', 'scaleway', 'GPU-3070-S'],
    ['sys_vendor=Supermicro\nproduct_name=SYS-421GE-TNRT', null, null],
  ])('%s', (text, provider, instanceType) => expect(parse({ firmware: [0, text] }).machine).toMatchObject({ provider, instanceType }));

  it('takes the board where the maker left the machine blank', () =>
    expect(
      parse({ firmware: [0, 'sys_vendor=To Be Filled By O.E.M.\nproduct_name=System Product Name\nboard_vendor=ASUSTeK\nboard_name=Pro WS W790'] }).machine,
    ).toEqual({
      vendor: 'ASUSTeK',
      product: 'Pro WS W790',
      provider: null,
      instanceType: null,
    }));
});

describe('memory, processor, network, updates', () => {
  it('tells kind and the slowest speed of the modules', () => {
    const module = (speed: string) =>
      `Memory Device\n\tSize: 64 GB\n\tType: DDR5\n\tType Detail: Synchronous\n\tSpeed: 5600 MT/s\n\tConfigured Memory Speed: ${speed}\n`;
    const empty = 'Memory Device\n\tSize: No Module Installed\n\tType: Unknown\n\tSpeed: Unknown\n';
    expect(parse({ 'memory-modules': [0, module('4800 MT/s') + module('4400 MT/s') + empty] }).memory).toMatchObject({ type: 'DDR5', speedMts: 4400 });
    const wide = (total: number) => `Memory Device\n\tTotal Width: ${total} bits\n\tData Width: 64 bits\n\tSize: 16 GB\n\tType: DDR4\n`;
    const gap = 'Memory Device\n\tTotal Width: Unknown\n\tData Width: Unknown\n\tSize: No Module Installed\n';
    expect([wide(72) + gap + wide(72), wide(72) + wide(64), gap].map((text) => parse({ 'memory-modules': [0, text] }).memory.ecc)).toEqual([true, false, null]);
    expect(parse({ 'memory-modules': [1, 'sudo: a password is required'] }).memory).toMatchObject({ type: null, speedMts: null });
  });
  it('counts sockets and cores', () =>
    expect(
      parse({
        lscpu: [
          0,
          'CPU(s):                  64\nModel name:              AMD EPYC 7543 32-Core Processor\nCore(s) per socket:      32\nSocket(s):               2\nCPU max MHz:             3737.8899',
        ],
      }).cpu,
    ).toMatchObject({
      sockets: 2,
      cores: 64,
      maxMhz: 3737.8899,
    }));
  it('puts the fastest card first, and knows no speed without a cable', () =>
    expect(parse({ 'network-cards': [0, 'eno1|down|-1\nens5|up|\nenp65s0f0|up|25000'] }).interfaces).toEqual([
      { name: 'enp65s0f0', up: true, speedMbps: 25_000 },
      { name: 'eno1', up: false, speedMbps: null },
      { name: 'ens5', up: true, speedMbps: null },
    ]));
  it.each([
    ['reboot-required=yes\nAPT::Periodic::Unattended-Upgrade "1";', true, true],
    ['reboot-required=no\nAPT::Periodic::Unattended-Upgrade "0";', false, false],
    ['reboot-required=no', false, false],
    ['', null, null],
  ])('updates: %s', (text, rebootRequired, unattended) => expect(parse({ updates: [0, text] }).updates).toEqual({ rebootRequired, unattended }));
});

describe('disks', () => {
  // lsblk 2.38 on a server with two NVMe disks in a RAID 1 below LVM, and a third with models.
  const tree = {
    blockdevices: [
      ...['nvme0n1', 'nvme1n1'].map((name) => ({
        ...{ name, size: 1_920_383_410_176, rota: false, type: 'disk', model: 'SAMSUNG MZQL21T9HCJR-00A07', tran: 'nvme', mountpoint: null },
        children: [
          { name: `${name}p1`, size: 1_073_741_824, rota: false, type: 'part', model: null, tran: 'nvme', mountpoint: name === 'nvme0n1' ? '/boot/efi' : null },
          {
            ...{ name: `${name}p2`, size: 1_900_000_000_000, rota: false, type: 'part', model: null, tran: 'nvme', mountpoint: null },
            children: [
              {
                ...{ name: 'md0', size: 1_900_000_000_000, rota: false, type: 'raid1', model: null, tran: null, mountpoint: null },
                children: [{ name: 'vg0-root', size: 500_000_000_000, rota: false, type: 'lvm', model: null, tran: null, mountpoint: '/' }],
              },
            ],
          },
        ],
      })),
      { name: 'sda', size: 8_001_563_222_016, rota: true, type: 'disk', model: 'ST8000NM000A-2KE101', tran: 'sata', mountpoint: '/srv/backups' },
      { name: 'sdb', size: 960_197_124_096, rota: false, type: 'disk', model: 'INTEL SSDSC2KB960G8', tran: 'sata', mountpoint: '/data/models' },
      { name: 'nvme9n1', size: 107_374_182_400, rota: false, type: 'disk', model: 'Amazon Elastic Block Store', tran: 'nvme', mountpoint: null },
    ],
  };
  const df = [
    'Filesystem 1024-blocks Used Available Capacity Mounted on',
    '/dev/mapper/vg0-root 488281250 100000 400000000 21% /',
    '/dev/sda 7814026584 1 7814026583 1% /srv/backups',
    '/dev/sdb 937692504 1 937692503 1% /data/models',
  ].join('\n');
  const facts = parse({ disks: [0, JSON.stringify(tree)], mounts: [0, df] });

  it('are told apart by what they are', () =>
    expect(facts.disks.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['sda hdd', 'nvme0n1 nvme', 'nvme1n1 nvme', 'sdb ssd', 'nvme9n1 virtual']));
  it('are found below what is mounted, through RAID and LVM', () =>
    expect(facts.mounts.map(({ mountPoint, role, disks, raid, lvm }) => [mountPoint, role, disks, raid, lvm])).toEqual([
      ['/', 'system', ['nvme0n1', 'nvme1n1'], 'raid1', true],
      ['/data/models', 'models', ['sdb'], null, false],
      ['/srv/backups', 'backups', ['sda'], null, false],
    ]));
  it.each([
    ['/', 'system'],
    ['/boot/efi', 'system'],
    ['/var', 'system'],
    ['/var/lib/docker', 'containers'],
    ['/mnt/fast', 'containers'],
    ['/var/lib/postgresql', 'data'],
    ['/srv/models-cache', 'models'],
    ['/data', 'data'],
    ['/mnt/backup', 'backups'],
    ['/home', null],
    ['/media/disk1', null],
  ])('%s is for %s', (point, role) => expect(mountRole(point, '/mnt/fast').role).toBe(role));
  it('are said to be for something with the reason', () =>
    expect(['/', '/mnt/fast', '/srv/models-cache', '/home'].map((point) => mountRole(point, '/mnt/fast').roleWhy)).toEqual([
      'a place of the system',
      "Docker's own directory",
      '"models-cache" in its path',
      null,
    ]));
});

describe('software RAID', () => {
  // md(4) and the kernel's admin guide: https://docs.kernel.org/admin-guide/md.html
  it('that is whole, degraded, being mended and inactive', () => {
    const text = [
      'Personalities : [raid1] [raid10]',
      'md2 : active raid10 nvme3n1p1[3] nvme2n1p1[2] nvme1n1p1[1] nvme0n1p1[0]',
      '      3750482944 blocks super 1.2 512K chunks 2 near-copies [4/4] [UUUU]',
      '      bitmap: 3/28 pages [12KB], 65536KB chunk',
      '',
      'md1 : active raid1 sdb2[1](F) sda2[0]',
      '      523712 blocks super 1.2 [2/1] [U_]',
      '',
      'md0 : active raid1 sdc1[2] sda1[0]',
      '      1953382464 blocks super 1.2 [2/1] [U_]',
      '      [=>...................]  recovery =  8.5% (166000000/1953382464) finish=150.0min speed=198000K/sec',
      '',
      'md127 : inactive sdd1[0](S)',
      '      976630488 blocks super 1.2',
      'unused devices: <none>',
    ].join('\n');
    expect(parse({ raid: [0, text] }).raid.map(({ name, level, state, disks, working }) => [name, level, state, disks, working])).toEqual([
      ['md2', 'raid10', 'clean', 4, 4],
      ['md1', 'raid1', 'degraded', 2, 1],
      ['md0', 'raid1', 'rebuilding', 2, 1],
      ['md127', 'unknown', 'inactive', 1, 1],
    ]);
  });
  it('that is not there', () => expect(parse({ raid: [1, 'cat: /proc/mdstat: No such file or directory'] }).raid).toEqual([]));
});

describe('GPUs in detail', () => {
  const list = [0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv')] as const;
  it('by their index, whatever the order', () => {
    const detail = '1, 00000000:2A:00.0, Enabled, 2, Enabled, 700.00, Disabled\n0, 00000000:18:00.0, Disabled, [N/A], [N/A], [N/A], Enabled\n';
    const [first, second, third] = parse({ 'gpu-list': list, 'gpu-detail': [0, detail] }).gpu.devices;
    expect(first).toMatchObject({ pciAddress: '00000000:18:00.0', ecc: false, eccErrors: null, mig: null, powerLimitW: null, persistence: true });
    expect(second).toMatchObject({ pciAddress: '00000000:2A:00.0', ecc: true, eccErrors: 2, mig: true, powerLimitW: 700, persistence: false });
    expect(third).toMatchObject({ pciAddress: null, ecc: null });
  });
  it('a driver that knows a field of the query not', () => {
    const facts = parse({ 'gpu-list': list, 'gpu-detail': [2, 'Field "mig.mode.current" is not a valid field to query.\n'] });
    expect(facts.unknowns).toContainEqual({
      what: 'ECC, MIG and power limits of the GPUs',
      why: 'nvidia-smi (exit 2): Field "mig.mode.current" is not a valid field to query.',
    });
  });
  it('instances and links', () => {
    const instances = [
      'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-a)',
      '  MIG 3g.40gb     Device  0: (UUID: MIG-b)',
      '  MIG 4g.40gb     Device  1: (UUID: MIG-c)',
      'GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-d)',
    ].join('\n');
    const matrix = [
      '\t\u001b[4mGPU0\tGPU1\tGPU2\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m',
      'GPU0\t X \tNV18\tSYS\t0-55,112-167\t0\t\tN/A',
      'GPU1\tNV18\t X \tSYS\t0-55,112-167\t0\t\tN/A',
      'GPU2\tSYS\tSYS\t X \t56-111\t1\t\tN/A',
      '',
      'Legend:',
      '  NV#  = Connection traversing a bonded set of # NVLinks',
    ].join('\n');
    const { devices } = parse({ 'gpu-list': list, 'gpu-instances': [0, instances], 'gpu-links': [0, matrix] }).gpu;
    expect(devices.slice(0, 4).map(({ migInstances, nvlinks }) => [migInstances, nvlinks])).toEqual([
      [2, 18],
      [0, 18],
      [0, 0],
      [0, null],
    ]);
  });
  it('links of a DGX A100, among columns of a dozen network cards', () => {
    const { devices } = parse({ 'gpu-list': list, 'gpu-links': [0, readFixture('nvidia-smi-550-topo-m-8x-a100-12-nics.txt')] }).gpu;
    expect(devices.map(({ nvlinks }) => nvlinks)).toEqual([12, 12, 12, 12, 12, 12, 12, 12]);
  });
  it('a driver upgraded under its module: both versions, whatever nvidia-smi says', () =>
    expect(
      parse({
        'gpu-list': [18, readFixture('nvidia-smi-550.54-library-mismatch.txt')],
        'gpu-module': [0, readFixture('nvidia-driver-555.42.06-open-proc-version.txt')],
      }).gpu,
    ).toMatchObject({ state: 'driver-error', driverVersion: '550.54', moduleVersion: '555.42.06' }));
  it.each([
    ['NVIDIA Container Toolkit CLI version 1.17.4\ncommit: 9b69590c7428470a72f2ae05f826412976af1395\n', '1.17.4'],
    ['cli-version: 1.14.6\nlib-version: 1.14.6\n', '1.14.6'],
    ['nothing of the kind', null],
  ])('the toolkit: %s', (text, version) => expect(parse({ 'gpu-toolkit': [0, text] }).gpu.toolkitVersion).toBe(version));
  it('the module that is loaded beside the driver that is installed', () =>
    expect(parse({ 'gpu-list': list, 'gpu-module': [0, readFixture('nvidia-driver-555.42.06-open-proc-version.txt')] }).gpu).toMatchObject({
      driverVersion: '550.127.05',
      moduleVersion: '555.42.06',
    }));
});

it('Docker tells its runtimes and parts', () => {
  const text = [
    'client=27.3.1 server=27.3.1 Engine=27.3.1 containerd=1.7.22 runc=1.1.14 docker-init=0.19.0',
    'root=/var/lib/docker',
    'driver=overlay2',
    'default-runtime=nvidia',
    'runtimes={"io.containerd.runc.v2":{"path":"runc"},"nvidia":{"path":"nvidia-container-runtime"},"runc":{"path":"runc"}}',
  ].join('\n');
  expect(parse({ docker: [0, text] }).docker).toMatchObject({
    containerdVersion: '1.7.22',
    storageDriver: 'overlay2',
    defaultRuntime: 'nvidia',
    runtimes: ['io.containerd.runc.v2', 'nvidia', 'runc'],
  });
});

it('survives anything that the tools may print', () => {
  const names = [
    'firmware',
    'memory-modules',
    'network-cards',
    'updates',
    'raid',
    'gpu-detail',
    'gpu-links',
    'gpu-instances',
    'gpu-toolkit',
    'disks',
    'docker',
    'lscpu',
  ];
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'md0 : active raid1 a[0]',
      '[2/1]',
      'GPU0 X NV4',
      'GPU 0: x',
      '  MIG 1g Device 0:',
      'runtimes={"a":',
      'sys_vendor=',
      '0, 1, 2, 3, 4, 5, 6',
      '{"blockdevices":[{"name":"a","children":[]}]}',
      'a|b|c',
      'Type: DDR5',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat({ max: 255 }), fc.array(pieces, { maxLength: 8 }), (name, status, lines) => {
      const text = lines.join('\n').replaceAll('\r', '');
      expect(factsSchema.safeParse(parse({ 'gpu-list': [0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv')], [name]: [status, text] })).success).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});
