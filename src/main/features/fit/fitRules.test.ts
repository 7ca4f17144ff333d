import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fitSchema } from '../../../shared/model/fit.ts';
import { judgeStack, judgeTier } from './fitRules.ts';
import { gpusOf, mountOf, optimalFacts } from './testFacts.ts';
import { readTiers } from './tierCatalog.ts';

const tiers = await readTiers(join(import.meta.dirname, '../../../../resources/tiers/tiers.yaml'));
const tierOf = (id: string) => {
  const tier = tiers.find((each) => each.id === id);
  if (tier === undefined) throw new Error(`there is no tier ${id}`);
  return tier;
};

it('has the three tiers of the catalogue, each asking for more than the one before', () => {
  expect(tiers.map(({ id, needs }) => [id, needs.cores, needs.memoryGb, needs.gpus?.[0]?.count ?? 0])).toEqual([
    ['minimum', 8, 32, 0],
    ['recommended', 16, 64, 1],
    ['optimal', 32, 128, 2],
  ]);
});

it('a server that has everything meets every tier, with nothing to explain', () => {
  for (const tier of tiers) {
    const fit = judgeTier('gpu-1', optimalFacts(), tier);
    expect(fitSchema.parse(fit)).toEqual(fit);
    expect(fit.requirements.filter(({ verdict }) => verdict !== 'meets')).toEqual([]);
    expect([fit.verdict, fit.factsReadAtMs, fit.target.id]).toEqual(['meets', 1000, tier.id]);
  }
});

it('explains each shortfall of a small server, and says what would mend it', () => {
  const small = optimalFacts({
    cpu: { model: 'Intel(R) Core(TM) i7-7700', logicalCores: 8, sockets: 1, cores: 4, maxMhz: 2800 },
    memory: { totalMib: 31_890, availableMib: null, swapTotalMib: 0, type: 'DDR3', speedMts: 1600, ecc: false },
    mounts: [mountOf('/', 480, 'system', ['sda'])],
    interfaces: [{ name: 'eno1', up: true, speedMbps: 100 }],
    os: { id: 'ubuntu', versionId: '20.04', prettyName: 'Ubuntu 20.04.6 LTS' },
    gpu: {
      ...optimalFacts().gpu,
      driverVersion: '470.256.02',
      moduleVersion: '470.256.02',
      cudaVersion: '11.4',
      toolkitVersion: null,
      devices: gpusOf(1, 'Tesla T4', 15_109),
    },
    docker: { ...optimalFacts().docker, serverVersion: '24.0.7', runtimes: ['runc'] },
  });
  const fit = judgeTier('small', small, tierOf('optimal'));
  expect(fit.verdict).toBe('short');
  expect(Object.fromEntries(fit.requirements.map(({ id, verdict, have }) => [id, `${verdict}: ${have}`]))).toEqual({
    cores: 'short: 4 with 8 threads',
    clock: 'short: 2.8 GHz',
    memory: 'short: 31.1 GiB',
    'memory-kind': 'short: DDR3 without ECC',
    'storage-system': 'short: 463 GB at /, hard disk',
    'storage-data': 'short: 463 GB at /, hard disk, shared with system',
    'storage-models': 'short: 463 GB at /, hard disk, shared with system and data',
    'storage-backups': 'unknown: none on this server',
    gpu: 'short: 1 × Tesla T4 (14.8 GiB)',
    network: 'short: 100 Mbit/s on eno1',
    os: 'short: Ubuntu 20.04.6 LTS',
    docker: 'short: 24.0.7',
    driver: 'short: 470.256.02',
    cuda: 'short: 11.4',
    'container-toolkit': 'short: none',
  });
  for (const { verdict, reason, remedy, id } of fit.requirements) {
    if (verdict === 'short') expect([id, /^[A-Z0-9].*\.$/.test(reason ?? ''), /^[A-Z].*\S$/.test(remedy ?? '')]).toEqual([id, true, true]);
  }
  expect(
    judgeTier('small', small, tierOf('minimum'))
      .requirements.filter(({ verdict }) => verdict === 'short')
      .map(({ id }) => id),
  ).toEqual(['cores', 'memory-kind', 'storage-all', 'os']);
});

it('without facts nothing is known, and nothing is made up', () => {
  expect(judgeTier('new', null, tierOf('minimum'))).toEqual({
    ...{ server: 'new', target: { kind: 'tier', id: 'minimum', title: 'Minimum' }, factsReadAtMs: null, verdict: 'unknown', requirements: [] },
  });
});

it('a stack decides by what its deploy insists on; what is advised only informs', () => {
  const stack = {
    ...{ id: 'privaxai' as never, title: 'PrivaXAI', requirements: { dockerVersion: '20.10', composeVersion: '2.0', memoryMib: 6144, diskMib: 8192 } },
    advised: { ...tierOf('recommended').needs, memoryGb: 512 },
  };
  const fit = judgeStack('gpu-1', optimalFacts(), stack);
  expect(fit.verdict).toBe('meets');
  expect(fit.requirements.filter(({ level }) => level === 'required').map(({ id, verdict, have }) => `${id} ${verdict} ${have}`)).toEqual([
    'memory meets 125.7 GiB',
    'disk-free meets 898.7 GiB at /',
    'docker meets 27.3.1',
    'compose meets 2.29.7',
  ]);
  expect(fit.requirements.find(({ id }) => id === 'advised-memory')).toMatchObject({ verdict: 'short', level: 'advised', need: '512 GB' });
  const full = optimalFacts({
    mounts: [{ ...mountOf('/', 1000, 'system', []), availableBytes: 1024 ** 3 }],
    docker: { ...optimalFacts().docker, composeVersion: null },
  });
  const refused = judgeStack('full', full, stack);
  expect(refused.verdict).toBe('short');
  expect(refused.requirements.filter(({ level, verdict }) => level === 'required' && verdict === 'short').map(({ reason }) => reason)).toEqual([
    '7 GiB is missing where Docker keeps its data, /var/lib/docker.',
    'Docker Compose is not installed.',
  ]);
});

it('a stack that needs graphics cards counts those with enough memory', () => {
  const stack = { id: 's' as never, title: 'S', requirements: { gpus: 2, vramMib: 24_000 } };
  expect(judgeStack('a', optimalFacts(), stack).verdict).toBe('meets');
  expect(judgeStack('a', optimalFacts({ gpu: { ...optimalFacts().gpu, devices: gpusOf(2, 'Tesla T4', 15_360) } }), stack).verdict).toBe('short');
});
