import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { factsSchema } from '../../shared/model/facts.ts';
import { readFixture, withSection } from './fixtures/readFixture.ts';
import { parseFacts } from './parseFacts.ts';

const debian12 = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
const busybox = readFixture('facts-busybox-1.35.txt');
const parse = (output: string) => parseFacts(output, { server: 'gpu-01', collectedAtMs: 1000 });
const parseWith = (name: string, status: number, text: string) => parse(withSection(debian12, name, status, text));

describe('whole captures', () => {
  it('Debian 12 without a Docker daemon', () => {
    const facts = parse(debian12);
    expect(facts).toMatchObject({
      collectedAtMs: 1000,
      hostname: 'gpu-01',
      os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
      kernel: '6.1.0-28-amd64',
      architecture: 'x86_64',
      bootId: '8f0c2e1a-5b7d-4f39-9a61-0d2c4b6e8f10',
      virtualization: 'docker',
      init: 'init',
      cpu: { model: 'Intel(R) Xeon(R) Processor @ 2.80GHz', logicalCores: 2 },
      disks: [{ name: 'vda', sizeBytes: 274_877_906_944, rotational: true, model: null }],
      gpu: { state: 'none', devices: [] },
      docker: { state: 'daemon-down', serverVersion: null },
      privilege: 'root',
      time: { zone: 'Etc/UTC', synchronized: null },
    });
    expect(facts.uptimeS).toBeGreaterThan(1000);
    expect(facts.memory).toMatchObject({ totalMib: 24_106, swapTotalMib: 0 });
    expect(facts.mounts.map(({ mountPoint, filesystem }) => [mountPoint, filesystem])).toEqual([['/', 'ext4']]);
    expect(facts.unknowns.map(({ what }) => what)).toEqual(['Docker version', 'time synchronisation']);
    expect(facts.unknowns[0]?.why).toBe('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  });

  it('Debian 13 with systemd, sudo and Docker', () => {
    const facts = parse(readFixture('facts-debian-13-systemd-257-iproute2-6.15-docker-26.1.txt'));
    expect(facts).toMatchObject({
      hostname: 'gpu-02',
      os: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
      init: 'systemd',
      virtualization: 'docker',
      docker: { state: 'ok', serverVersion: '26.1.5+dfsg1', composeVersion: '2.26.1-4', rootDirectory: '/var/lib/docker' },
      time: { synchronized: false, zone: 'Etc/UTC' },
      privilege: 'root',
      unknowns: [],
    });
    expect(facts.mounts.map(({ mountPoint, filesystem }) => [mountPoint, filesystem])).toEqual([
      ['/', 'overlay'],
      ['/var/lib/docker', 'ext4'],
    ]);
    expect(facts.ports).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' });
  });

  it('busybox alone: the fallbacks carry, and what is missing is named', () => {
    const facts = parse(busybox);
    expect(facts.disks).toEqual([{ name: 'vda', sizeBytes: 274_877_906_944, rotational: true, model: null, kind: 'virtual' }]);
    expect(facts.ports).toEqual([{ protocol: 'tcp', address: '0.0.0.0', port: 2024, process: null }]);
    expect(facts.docker.state).toBe('missing');
    expect(facts.unknowns).toEqual([
      { what: 'virtualisation', why: 'systemd-detect-virt is not there' },
      { what: 'time synchronisation', why: 'timedatectl is not there' },
    ]);
  });
});

describe('GPUs', () => {
  const gpus = (status: number, fixture: string) => parseWith('gpu-list', status, readFixture(fixture)).gpu;

  it('eight H100', () => {
    const output = withSection(debian12, 'gpu-list', 0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv'));
    const { gpu, unknowns } = parse(withSection(output, 'gpu-log', 0, readFixture('nvidia-smi-550.127.05-q-d-compute.txt')));
    expect(gpu).toMatchObject({ state: 'ok', detail: null, driverVersion: '550.127.05', cudaVersion: '12.4' });
    expect(gpu.devices).toHaveLength(8);
    expect(gpu.devices[7]).toMatchObject({ index: 7, uuid: 'GPU-00000000-1111-2222-3333-000000000007', name: 'NVIDIA H100 80GB HBM3', vramMib: 81_559 });
    expect(unknowns.map(({ what }) => what)).not.toContain('CUDA version');
  });
  it('the CUDA version as drivers since 610 word it', () =>
    expect(parseWith('gpu-log', 0, readFixture('nvidia-smi-610.57.04-plain-head.txt')).gpu.cudaVersion).toBe('13.3'));
  it('a GPU without VRAM of its own', () => {
    const facts = parseWith('gpu-list', 0, readFixture('nvidia-smi-580.126.09-query-gb10-unified-memory.csv'));
    expect(facts.gpu.devices).toMatchObject([{ index: 0, uuid: 'GPU-00000000-1111-2222-3333-000000000000', name: 'NVIDIA GB10', vramMib: 0 }]);
    expect(facts.unknowns).toContainEqual({ what: 'VRAM of GPU 0', why: 'nvidia-smi does not tell it for this GPU' });
  });
  it('one of three lost, whatever the exit status', () => {
    for (const status of [0, 15]) {
      const gpu = gpus(status, 'nvidia-smi-470.256.02-query-one-of-three-lost.csv');
      expect(gpu).toMatchObject({ state: 'driver-error', detail: 'Unable to determine the device handle for GPU1: 0000:25:00.0: Unknown Error' });
      expect(gpu.devices.map(({ index }) => index)).toEqual([0, 2]);
    }
  });
  it('a warning beside the rows is told and no fault', () => {
    const warned = `${readFixture('nvidia-smi-550.127.05-query-8x-h100.csv')}WARNING: infoROM is corrupted at gpu 0000:3B:00.0\n`;
    expect(parseWith('gpu-list', 0, warned).gpu).toMatchObject({ state: 'ok', detail: 'WARNING: infoROM is corrupted at gpu 0000:3B:00.0' });
  });
  it.each([
    [18, 'nvidia-smi-550.54-library-mismatch.txt', 'Failed to initialize NVML: Driver/library version mismatch'],
    [6, 'nvidia-smi-no-devices.txt', 'No devices were found'],
    [0, 'nvidia-smi-no-devices.txt', 'No devices were found'],
    [
      9,
      'nvidia-smi-no-driver.txt',
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    ],
  ])('status %i of %s', (status, fixture, detail) => expect(gpus(status, fixture)).toMatchObject({ state: 'driver-error', detail, devices: [] }));
  it('a driver that hangs', () => expect(parseWith('gpu-list', 124, '').gpu).toMatchObject({ state: 'hang', detail: 'nvidia-smi did not answer within 12 s' }));
  it('a driver without nvidia-smi', () =>
    expect(parseWith('gpu-module', 0, readFixture('nvidia-driver-555.42.06-open-proc-version.txt')).gpu).toMatchObject({
      state: 'none',
      driverVersion: '555.42.06',
      detail: 'the driver 555.42.06 is loaded, but nvidia-smi is not installed',
    }));
  it('a card without a driver', () =>
    expect(parseWith('gpu-pci', 0, '0000:3b:00.0 0x2330\n0000:5e:00.0 0x2330\n').gpu.detail).toBe('2 NVIDIA devices on the PCI bus, no driver installed'));
});

describe('Docker', () => {
  it('works', () => {
    const output = withSection(debian12, 'docker', 0, readFixture('docker-26.1.5-version-info.txt'));
    expect(parse(withSection(output, 'compose', 0, '2.26.1-4\n')).docker).toMatchObject({
      state: 'ok',
      serverVersion: '26.1.5+dfsg1',
      composeVersion: '2.26.1-4',
      rootDirectory: '/var/lib/docker',
    });
  });
  it('is denied', () => expect(parseWith('docker', 1, readFixture('docker-28.2-denied.txt')).docker.state).toBe('denied'));
  it('answers through sudo', () =>
    expect(parseWith('docker', 0, readFixture('docker-28.2-through-sudo.txt')).docker).toMatchObject({
      state: 'ok',
      serverVersion: '28.2.2',
      rootDirectory: '/srv/docker',
    }));
  it('hangs', () => {
    const { docker, unknowns } = parseWith('docker', 124, '');
    expect(docker.state).toBe('daemon-down');
    expect(unknowns).toContainEqual({ what: 'Docker version', why: 'docker did not answer within 12 s' });
  });
  it('a compose that prints a v, and none', () => {
    expect(parseWith('compose', 0, 'v2.29.7\n').docker.composeVersion).toBe('2.29.7');
    expect(parse(debian12).unknowns.map(({ what }) => what)).not.toContain('Docker Compose version');
  });
});

describe('disks, sockets, time', () => {
  it('lsblk that writes numbers as text', () =>
    expect(parseWith('disks', 0, readFixture('util-linux-2.27-lsblk-text-values.json')).disks).toMatchObject([
      { name: 'nvme0n1', sizeBytes: 3_840_755_982_336, rotational: false, model: 'SAMSUNG MZQL23T8HCLS-00A07' },
      { name: 'sda', sizeBytes: 480_103_981_056, rotational: true, model: 'SAMSUNG MZ7LM480' },
    ]));
  it('mounts: shortest mount point of a device, no pseudo file systems, spaces kept', () => {
    const types = '/ ext4\n/boot/efi vfat\n/data\\0401 xfs\n/var/lib/docker ext4\n/run tmpfs\n/x overlay\n/nfs nfs4\n';
    const df = [
      'Filesystem 1024-blocks Used Available Capacity Mounted on',
      '/dev/sda2 1000 400 600 40% /var/lib/docker',
      '/dev/sda2 1000 400 600 40% /',
      '/dev/sda1 50 5 45 10% /boot/efi',
      '/dev/nvme0n1 2000 1 1999 1% /data 1',
      'tmpfs 10 0 10 0% /run',
      'overlay 1000 400 600 40% /x',
      'filer:/export/a b 9000 1 8999 1% /nfs',
      'df: /gone: Stale file handle',
    ].join('\n');
    const { mounts } = parse(withSection(withSection(debian12, 'filesystems', 0, types), 'mounts', 1, df));
    expect(mounts.map(({ mountPoint, source, filesystem }) => `${mountPoint}|${source}|${filesystem}`)).toEqual([
      '/|/dev/sda2|ext4',
      '/boot/efi|/dev/sda1|vfat',
      '/data 1|/dev/nvme0n1|xfs',
      '/nfs|filer:/export/a b|nfs4',
    ]);
    expect(mounts[0]).toMatchObject({ sizeBytes: 1_024_000, usedBytes: 409_600, availableBytes: 614_400 });
  });
  it('ss', () =>
    expect(parseWith('sockets', 0, readFixture('iproute2-6.15-ss-tulpn.txt')).ports).toEqual([
      { protocol: 'tcp', address: '*', port: 22, process: 'sshd' },
      { protocol: 'tcp', address: '127.0.0.53%lo', port: 53, process: 'systemd-resolve' },
      { protocol: 'udp', address: '127.0.0.53%lo', port: 53, process: 'systemd-resolve' },
      { protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx' },
      { protocol: 'udp', address: '::1', port: 323, process: 'chronyd' },
      { protocol: 'tcp', address: '::', port: 8000, process: 'docker-proxy' },
      { protocol: 'tcp', address: '0.0.0.0', port: 8000, process: 'docker-proxy' },
      { protocol: 'tcp', address: '127.0.0.1', port: 11_434, process: null },
    ]));
  it('/proc/net', () => {
    const raw = [
      'tcp 0100007F:0016',
      'tcp6 00000000000000000000000000000000:01BB',
      'tcp6 00000000000000000000000001000000:0035',
      'udp6 0000000000000000FFFF00000100007F:007B',
      'tcp6 B80D0120000000000000000001000000:1F90',
    ];
    const { ports } = parse(withSection(withSection(debian12, 'sockets', 127, ''), 'raw-sockets', 0, raw.join('\n')));
    expect(ports.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
      'tcp 127.0.0.1 22',
      'tcp ::1 53',
      'udp ::ffff:127.0.0.1 123',
      'tcp :: 443',
      'tcp 2001:db8::1 8080',
    ]);
  });
  it('keeps the ports of a server with thousands within bounds, and says so', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `tcp LISTEN 0 128 0.0.0.0:${i + 1} 0.0.0.0:*`).join('\n');
    const facts = parseWith('sockets', 0, many);
    expect(facts.ports).toHaveLength(200);
    expect(facts.unknowns).toContainEqual({ what: 'all listening ports', why: 'there are 3000; the first 200 are kept' });
  });
  it('timedatectl', () =>
    expect(parseWith('clock', 0, readFixture('systemd-257-timedatectl-show.txt')).time).toEqual({ synchronized: true, zone: 'Europe/Berlin' }));
  it('the time zone from the link', () =>
    expect(parseWith('time-zone', 0, 'cat: /etc/timezone: No such file\n/usr/share/zoneinfo/Asia/Tokyo\n').time.zone).toBe('Asia/Tokyo'));
});

describe('privilege', () => {
  const as = (login: string, status: number, said: string) => parse(withSection(withSection(debian12, 'login', 0, login), 'sudo', status, said));
  it.each([
    ['0\nroot\nroot\nvia-sudo=0', 127, '', 'root'],
    ['0\nroot\nroot\nvia-sudo=1', 0, '', 'password'],
    ['1000\nops\nops sudo\nvia-sudo=0', 0, '', 'nopasswd'],
    ['1000\nops\nops sudo\nvia-sudo=0', 1, 'sudo: a password is required', 'password'],
    ['1000\nops\nops\nvia-sudo=0', 127, '', 'none'],
    ['1000\nops\nops\nvia-sudo=0', 1, 'Sorry, user ops may not run sudo on gpu-01.', 'none'],
  ] as const)('%j with sudo %i %s', (login, status, said, privilege) => expect(as(login, status, said).privilege).toBe(privilege));
  it('says when sudo leaves it open', () =>
    expect(as('1000\nops\nops\nvia-sudo=0', 1, 'sudo: a password is required').unknowns).toContainEqual({
      what: 'whether sudo allows this login',
      why: 'sudo tells it only with the password',
    }));
});

describe('hostile and broken output', () => {
  it.each(['', 'Welcome!\n', 'bash: sh: command not found\n', debian12.replace('@end', ''), debian12.slice(0, 400)])(
    '%#: is refused as remote.unparsable',
    (output) => {
      expect(() => parse(output)).toThrow(expect.objectContaining({ code: 'remote.unparsable' }));
    },
  );
  it('passes over what a login prints before it', () => expect(parse(`Welcome to gpu-01\n@end\n${debian12}`).hostname).toBe('gpu-01'));
  it('never takes the output of a probe for a section', () => expect(parseWith('hostname', 0, '@end\n@login 0\n0').hostname).toBe('@end'));
  it('takes escape sequences out of what is shown', () =>
    expect(parseWith('hostname', 0, '\u001b]0;owned\u0007\u001b[31mgpu\u001b[0m-\u202e01').hostname).toBe('gpu- 01'));

  it('gives valid facts or remote.unparsable, whatever the sections hold', () => {
    const names = [...debian12.matchAll(/^@([a-z-]+) \d+$/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
    const junk = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom('0', ',', ' ', '|', ':', '/', '[', '"', '{', '\n', 'tcp', '-1', '%'), maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 0, max: 255 }), junk, (name, status, text) => {
        try {
          factsSchema.parse(parseWith(name, status, text));
        } catch (error) {
          if (!AppError.is(error, 'remote.unparsable')) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
