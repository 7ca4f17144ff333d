import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../shared/model/facts.ts';
import { type HardwareNeeds, hardwareNeedsSchema } from '../../../shared/model/fit.ts';
import { gpuRule } from './gpuRules.ts';
import { memoryRule, networkRule, processorRule } from './hardwareRules.ts';
import { gpusOf, optimalFacts } from './testFacts.ts';

const needs = (given: Partial<HardwareNeeds>) => hardwareNeedsSchema.parse(given);
const base = optimalFacts();

describe('processor', () => {
  const cores = (cpu: Partial<Facts['cpu']>, virtualization: string) =>
    processorRule(needs({ cores: 16 }), optimalFacts({ cpu: { ...base.cpu, ...cpu }, virtualization }))[0];
  it.each<[string, Partial<Facts['cpu']>, string, string, string | null]>([
    ['16 cores of a machine of its own', { cores: 16, logicalCores: 32 }, 'none', 'meets', '16 with 32 threads'],
    ['16 threads of a machine of its own', { cores: 8, logicalCores: 16 }, 'none', 'short', '8 with 16 threads'],
    ['16 virtual cores, as they are rented', { cores: 8, logicalCores: 16 }, 'kvm', 'meets', '16 virtual'],
    ['15 virtual cores', { cores: null, logicalCores: 15 }, 'kvm', 'short', '15 virtual'],
    ['16 threads of nobody knows how many cores', { cores: null, logicalCores: 16 }, 'none', 'unknown', '16 logical'],
    ['32 threads of nobody knows how many cores', { cores: null, logicalCores: 32 }, 'none', 'meets', '32 logical'],
    ['nothing', { cores: null, logicalCores: 0 }, 'none', 'unknown', null],
  ])('%s', (_what, cpu, virtualization, verdict, have) => expect(cores(cpu, virtualization)).toMatchObject({ verdict, have }));

  it.each<[string | null, number | null, string]>([
    ['AMD EPYC 7543', 3493, 'meets'],
    ['AMD EPYC 7543', 3400, 'short'],
    ['Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz', null, 'meets'],
    ['Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz', null, 'unknown'],
    [null, null, 'unknown'],
  ])('clock of %s at %s MHz', (model, maxMhz, verdict) =>
    expect(processorRule(needs({ clockGhz: 3.5 }), optimalFacts({ cpu: { ...base.cpu, model, maxMhz } }))[0]?.verdict).toBe(verdict),
  );
});

describe('memory', () => {
  const memory = (changes: Partial<Facts['memory']>, given: Partial<HardwareNeeds>, facts: Partial<Facts> = {}) =>
    memoryRule(needs(given), optimalFacts({ memory: { ...base.memory, ...changes }, ...facts }))[0];
  // MemTotal of servers sold with that much: AWS g5.2xlarge, a Hetzner AX42, a GCP n1-standard-8 and one of 31 GiB.
  it.each([
    [31_800, 32, 'meets'],
    [31_890, 32, 'meets'],
    [30_080, 32, 'meets'],
    [62_500, 64, 'meets'],
    [128_600, 128, 'meets'],
    [28_000, 32, 'short'],
    [16_000, 32, 'short'],
    [0, 32, 'unknown'],
  ])('%i MiB for %i GB: %s', (totalMib, memoryGb, verdict) => expect(memory({ totalMib }, { memoryGb })?.verdict).toBe(verdict));
  it('says what a server of that size shows', () =>
    expect(memory({ totalMib: 16_000 }, { memoryGb: 32 })).toMatchObject({
      have: '15.6 GiB',
      need: '32 GB',
      reason: expect.stringContaining('shows at least 29.2 GiB'),
    }));

  const ecc = { memory: { ddr: 4, ecc: true } };
  it.each<[Partial<Facts['memory']>, string]>([
    [{ type: 'DDR4', ecc: true }, 'meets'],
    [{ type: 'DDR5', ecc: true }, 'meets'],
    [{ type: 'LPDDR5', ecc: true }, 'meets'],
    [{ type: 'HBM2', ecc: true }, 'meets'],
    [{ type: 'DDR3', ecc: true }, 'short'],
    [{ type: 'DDR4', ecc: false }, 'short'],
    [{ type: 'DDR4', ecc: null }, 'unknown'],
    [{ type: null, ecc: null }, 'unknown'],
  ])('kind %j', (changes, verdict) => expect(memory(changes, ecc)?.verdict).toBe(verdict));
  it('says how the kind could be known, where it could', () => {
    expect(memory({ type: null }, ecc)?.remedy).toContain('dmidecode');
    expect(memory({ type: null }, ecc, { privilege: 'none' })?.remedy).toContain('cannot become root');
    expect(memory({ type: null }, ecc, { virtualization: 'kvm' })?.remedy).toBeNull();
  });
});

describe('network', () => {
  const card = (name: string, up: boolean, speedMbps: number | null) => ({ name, up, speedMbps });
  const network = (interfaces: Facts['interfaces']) => networkRule(needs({ networkMbps: 10_000 }), optimalFacts({ interfaces }))[0];
  it('counts the fastest card that is up', () => {
    expect(network([card('a', true, 1000), card('b', true, 25_000)])).toMatchObject({ verdict: 'meets', have: '25 Gbit/s on b' });
    expect(network([card('a', true, 1000), card('b', false, 25_000)])).toMatchObject({ verdict: 'short', remedy: 'Connect b, which is not up.' });
    expect(network([card('a', true, 100)])).toMatchObject({ verdict: 'short', have: '100 Mbit/s on a', remedy: expect.stringContaining('cable') });
    expect(network([card('a', true, null)])).toMatchObject({ verdict: 'unknown', have: null });
    expect(network([])?.verdict).toBe('unknown');
  });
});

describe('GPUs', () => {
  const given = (vramGb: number, count = 1) => ({ gpus: [{ model: 'NVIDIA A10', count, vramGb }] });
  const judge = (gpu: Partial<Facts['gpu']>, wanted: Partial<HardwareNeeds>, virtualization = 'none') =>
    gpuRule(needs(wanted), optimalFacts({ gpu: { ...base.gpu, ...gpu }, virtualization }))[0];
  // What nvidia-smi shows of cards sold with that much, with and without error correction.
  it.each([
    ['NVIDIA A10', 23_028, 24],
    ['NVIDIA A10G', 22_731, 24],
    ['NVIDIA GeForce RTX 4090', 24_564, 24],
    ['NVIDIA L4', 23_034, 24],
    ['Tesla T4', 15_109, 16],
    ['Tesla V100-SXM2-16GB', 16_160, 16],
    ['NVIDIA A100-SXM4-40GB', 40_536, 40],
    ['NVIDIA RTX A6000', 46_068, 48],
    ['NVIDIA A100-SXM4-80GB', 81_920, 80],
    ['NVIDIA H100 80GB HBM3', 81_559, 80],
    ['Tesla K80', 11_441, 12],
  ])('%s with %i MiB is sold with %i GB, and not with twice that', (name, vramMib, sold) => {
    expect(judge({ devices: gpusOf(1, name, vramMib) }, given(sold))?.verdict).toBe('meets');
    expect(judge({ devices: gpusOf(1, name, vramMib) }, given(sold * 2))?.verdict).toBe('short');
  });
  it.each<[string, Partial<Facts['gpu']>, Partial<HardwareNeeds>, object]>([
    [
      'the only one is small',
      { devices: gpusOf(1, 'Tesla T4', 15_360) },
      given(24),
      { verdict: 'short', reason: 'The only GPU shows 15 GiB; 24 GB is needed.' },
    ],
    ['all are small', { devices: gpusOf(2, 'Tesla T4', 15_360) }, given(24), { verdict: 'short', reason: 'None of the 2 GPUs has 24 GB: they show 15 GiB.' }],
    [
      'some are small',
      { devices: [...gpusOf(1, 'Tesla T4', 15_360), ...gpusOf(1, 'NVIDIA A10', 23_028)] },
      given(24, 2),
      { verdict: 'short', reason: 'Only 1 of the 2 GPUs has 24 GB; 2 are needed.', have: '1 × Tesla T4 (15 GiB) and 1 × A10 (22.5 GiB)' },
    ],
    [
      'too few',
      { devices: gpusOf(1, 'NVIDIA A10', 23_028) },
      given(24, 2),
      { verdict: 'short', reason: 'One GPU is there; 2 are needed.', remedy: 'Add a card with 24 GB, or take another server.' },
    ],
    [
      'one is divided',
      { devices: gpusOf(1, 'NVIDIA A100-SXM4-40GB', 40_536).map((device) => ({ ...device, mig: true, migInstances: 7 })) },
      given(24),
      { verdict: 'short', reason: expect.stringContaining('(MIG)') },
    ],
    ['memory is shared with the server', { devices: gpusOf(1, 'NVIDIA GB10', 0) }, given(24), { verdict: 'unknown', have: '1 × GB10 (shared memory)' }],
    [
      'one fell off',
      { state: 'driver-error', detail: 'Unable to determine the device handle for GPU1.', devices: gpusOf(1, 'NVIDIA A10', 23_028) },
      given(24, 2),
      { verdict: 'unknown', remedy: expect.stringContaining('Xid') },
    ],
    ['one fell off, and enough are left', { state: 'driver-error', detail: 'x', devices: gpusOf(2, 'NVIDIA A10', 23_028) }, given(24, 2), { verdict: 'meets' }],
    [
      'the driver was upgraded',
      { state: 'driver-error', detail: 'Failed to initialize NVML: Driver/library version mismatch', devices: [] },
      given(24),
      { verdict: 'unknown', have: null, remedy: expect.stringContaining('Reboot') },
    ],
    [
      'a card without a driver',
      { state: 'none', detail: '1 NVIDIA device on the PCI bus, no driver installed', devices: [] },
      given(24),
      { verdict: 'unknown', remedy: expect.stringContaining('Install the driver') },
    ],
    ['no card', { state: 'none', detail: null, devices: [] }, given(24), { verdict: 'short', have: 'none' }],
  ])('%s', (_what, gpu, wanted, expected) => expect(judge(gpu, wanted)).toMatchObject(expected));
  it('takes the option that is nearest', () => {
    const options = {
      gpus: [
        { model: 'A', count: 4, vramGb: 80 },
        { model: 'B', count: 2, vramGb: 24 },
      ],
    };
    expect(judge({ devices: gpusOf(2, 'NVIDIA A10', 23_028) }, options)?.verdict).toBe('meets');
    expect(judge({ devices: gpusOf(1, 'NVIDIA A10', 23_028) }, options)?.remedy).toContain('a card with 24 GB');
  });
  it('sends a rented server elsewhere', () =>
    expect(judge({ state: 'none', detail: null, devices: [] }, given(24), 'kvm')?.remedy).toContain('type of instance'));
});
