import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Facts, factsSchema } from '../../../shared/model/facts.ts';
import { type HardwareNeeds, hardwareNeedsSchema } from '../../../shared/model/fit.ts';
import { storageRule } from './storageRules.ts';
import { diskOf, mountOf, optimalFacts } from './testFacts.ts';

type Need = HardwareNeeds['storage'][number];
const need = (role: Need['role'], gb: number, more: Partial<Need> = {}): Need => ({ role, gb, elsewhere: false, ...more });
const judge = (needs: Need[], facts: Partial<Facts>) => storageRule(hardwareNeedsSchema.parse({ storage: needs }), optimalFacts({ raid: [], ...facts }));
const told = (needs: Need[], facts: Partial<Facts>) => judge(needs, facts).map(({ id, verdict, have }) => `${id} ${verdict}: ${have}`);
const nvme = [diskOf('nvme0n1', 1000, 'nvme')];
const md = (level: string, state: 'clean' | 'degraded' | 'rebuilding', working: number): Facts['raid'] => [
  { name: 'md0', level, state, disks: 2, working, members: ['nvme0n1p2', 'nvme1n1p2'] },
];

describe('where each role is served', () => {
  it('by the file system that is for it, else by Docker’s, else by the root', () => {
    const mounts = [mountOf('/', 500, 'system', []), mountOf('/var/lib/docker', 2000, 'containers', []), mountOf('/data', 1000, 'data', [])];
    const needs = [need('system', 100), need('data', 100), need('models', 100)];
    expect(told(needs, { mounts })).toEqual([
      'storage-system meets: 483 GB at /',
      'storage-data meets: 965 GB at /data',
      'storage-models meets: 1.93 TB at /var/lib/docker',
    ]);
    expect(told(needs, { mounts: mounts.slice(0, 1) })).toEqual([
      'storage-system meets: 483 GB at /',
      'storage-data meets: 483 GB at /, shared with system',
      'storage-models meets: 483 GB at /, shared with system and data',
    ]);
  });
  it('never takes the file system of something else for backups, nor another machine’s for a disk', () => {
    const backups = need('backups', 100, { elsewhere: true });
    expect(judge([backups], { mounts: [mountOf('/', 5000, 'system', [])] })[0]).toMatchObject({ verdict: 'unknown', have: 'none on this server' });
    const nfs = { ...mountOf('/backup', 5000, 'backups', []), filesystem: 'nfs4' };
    expect(judge([need('backups', 100)], { mounts: [mountOf('/', 50, 'system', []), nfs] })[0]).toMatchObject({ verdict: 'short', have: 'none' });
  });
  it('is not known where no file systems are told', () =>
    expect(told([need('all', 1), need('data', 1)], { mounts: [] })).toEqual(['storage-all unknown: null', 'storage-data unknown: null']));
});

describe('room', () => {
  it('of a disk as it is sold: what partitions and tables keep is no shortfall', () => {
    for (const gb of [120, 480, 500, 960, 1920, 8000]) {
      expect(judge([need('system', gb)], { mounts: [mountOf('/', gb, 'system', [])] })[0]?.verdict).toBe('meets');
      expect(judge([need('system', gb)], { mounts: [mountOf('/', gb / 2, 'system', [])] })[0]).toMatchObject({ verdict: 'short' });
    }
  });
  it('is shared by those on one file system: the first are served first, and the one that comes short is told why', () => {
    const [system, data, models] = judge([need('models', 500), need('data', 1000), need('system', 250)], { mounts: [mountOf('/', 1600, 'system', [])] });
    expect([system?.id, system?.verdict, data?.verdict, models?.verdict]).toEqual(['storage-system', 'meets', 'meets', 'short']);
    expect(models).toMatchObject({
      reason: 'Once system and data have what they need, 294 GB of / is left; 500 GB is needed.',
      remedy: 'Mount a disk of 500 GB for models.',
    });
  });
  it('in all counts every local disk that is of the kind', () => {
    const facts = { disks: [...nvme, diskOf('sda', 4000, 'hdd')], mounts: [mountOf('/', 300, 'system', ['nvme0n1']), mountOf('/srv', 4000, 'data', ['sda'])] };
    expect(told([need('all', 500)], facts)).toEqual(['storage-all meets: 4.15 TB on 2 file systems, hard disk and NVMe']);
    expect(judge([need('all', 500, { kind: 'ssd' })], facts)[0]).toMatchObject({
      verdict: 'short',
      reason: '290 GB at /, slower disks not counted; 500 GB is needed.',
    });
    expect(judge([need('all', 500, { kind: 'ssd' })], { disks: facts.disks.slice(1), mounts: facts.mounts.slice(1) })[0]).toMatchObject({
      verdict: 'short',
      reason: 'It lies on a hard disk; SSD is needed.',
    });
  });
  it('that is lacking is enlarged where it is rented', () => {
    const facts = { mounts: [mountOf('/', 30, 'system', [])] };
    expect(judge([need('system', 250)], { ...facts, virtualization: 'kvm' })[0]?.remedy).toContain('Enlarge the volume');
    expect(judge([need('system', 250)], { ...facts, virtualization: 'none' })[0]?.remedy).toBe('Add a disk: 221 GB is missing.');
  });
});

describe('kind of disk', () => {
  it.each<[NonNullable<Need['kind']>, Facts['disks'][number]['kind'], string]>([
    ['nvme', 'nvme', 'meets'],
    ['ssd', 'nvme', 'meets'],
    ['ssd', 'ssd', 'meets'],
    ['nvme', 'ssd', 'short'],
    ['ssd', 'hdd', 'short'],
    ['nvme', 'virtual', 'unknown'],
    ['ssd', null, 'unknown'],
  ])('%s on %s: %s', (kind, disk, verdict) =>
    expect(judge([need('system', 100, { kind })], { disks: [diskOf('sda', 500, disk)], mounts: [mountOf('/', 500, 'system', ['sda'])] })[0]?.verdict).toBe(
      verdict,
    ),
  );
  it('is that of the slowest disk below, and not known where none is told', () => {
    const disks = [...nvme, diskOf('sda', 1000, 'hdd')];
    expect(judge([need('system', 100, { kind: 'ssd' })], { disks, mounts: [mountOf('/', 500, 'system', ['nvme0n1', 'sda'])] })[0]?.verdict).toBe('short');
    expect(judge([need('system', 100, { kind: 'ssd' })], { disks, mounts: [mountOf('/', 500, 'system', [])] })[0]?.verdict).toBe('unknown');
  });
});

describe('RAID', () => {
  const raid = (wanted: 1 | 10, level: string | null, facts: Partial<Facts> = {}) =>
    judge([need('data', 100, { raid: wanted })], { disks: nvme, mounts: [mountOf('/data', 500, 'data', ['nvme0n1'], level)], ...facts })[0];
  it.each<[1 | 10, string | null, string]>([
    [1, 'raid1', 'meets'],
    [1, 'raid10', 'meets'],
    [10, 'raid10', 'meets'],
    [10, 'raid1', 'short'],
    [1, 'raid0', 'short'],
    [1, 'raid5', 'short'],
    [1, null, 'short'],
  ])('%i on %s: %s', (wanted, level, verdict) => expect(raid(wanted, level)?.verdict).toBe(verdict));
  it('that is broken does not count, whatever its level', () => {
    expect(raid(1, 'raid1', { raid: md('raid1', 'degraded', 1) })).toMatchObject({ verdict: 'short', remedy: 'Replace the disk that failed.' });
    expect(raid(1, 'raid1', { raid: md('raid1', 'rebuilding', 1) })).toMatchObject({ verdict: 'short', remedy: 'Wait until it is rebuilt.' });
    expect(raid(1, 'raid1', { raid: md('raid1', 'clean', 2) })?.verdict).toBe('meets');
  });
  it('may hide behind a controller, a hypervisor or a file system of its own', () => {
    expect(raid(1, null, { disks: [{ ...diskOf('nvme0n1', 500, 'ssd'), model: 'PERC H730P Mini' }] })?.verdict).toBe('unknown');
    expect(raid(1, null, { virtualization: 'kvm' })?.verdict).toBe('unknown');
    expect(raid(1, null, { disks: [diskOf('nvme0n1', 500, 'virtual')] })?.verdict).toBe('unknown');
    expect(raid(1, null, { mounts: [{ ...mountOf('/data', 500, 'data', ['nvme0n1']), filesystem: 'zfs' }] })?.verdict).toBe('unknown');
  });
});

it('judges every need once, explains all that is not met, and never throws, whatever the disks are', () => {
  const name = fc.constantFrom('sda', 'nvme0n1', 'md0', 'x');
  const facts = fc.record({
    disks: fc.array(
      fc.record({
        name,
        sizeBytes: fc.nat(),
        rotational: fc.constant(null),
        model: fc.option(fc.string()),
        kind: fc.option(fc.constantFrom('nvme', 'ssd', 'hdd', 'virtual')),
      }),
    ),
    mounts: fc.array(
      fc.record({
        mountPoint: fc.constantFrom('/', '/data', '/models', '/backups', ''),
        ...{ source: fc.string(), filesystem: fc.constantFrom('ext4', 'zfs', 'nfs4', ''), usedBytes: fc.nat(), availableBytes: fc.nat() },
        sizeBytes: fc.maxSafeNat(),
        role: fc.option(fc.constantFrom('system', 'containers', 'models', 'data', 'backups')),
        disks: fc.array(name),
        raid: fc.option(fc.constantFrom('raid0', 'raid1', 'raid10', 'linear')),
      }),
    ),
  });
  const wanted = fc.array(
    fc.record(
      {
        role: fc.constantFrom('all', 'system', 'data', 'models', 'backups'),
        gb: fc.integer({ min: 1, max: 1e6 }),
        kind: fc.constantFrom('ssd', 'nvme'),
        raid: fc.constantFrom(1, 10),
        elsewhere: fc.boolean(),
      },
      { requiredKeys: ['role', 'gb'] },
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(facts, wanted, (changes, storage) => {
      const judged = storageRule(hardwareNeedsSchema.parse({ storage }), factsSchema.parse({ ...optimalFacts(), ...changes }));
      expect(judged).toHaveLength(storage.length);
      for (const { verdict, reason, have } of judged) {
        expect(verdict === 'meets' ? reason : 'no reason').toBe(verdict === 'meets' ? null : 'no reason');
        if (verdict !== 'meets') expect(reason).toMatch(/\S/);
        expect(have ?? '').not.toMatch(/NaN|undefined|Infinity/);
      }
    }),
  );
});
