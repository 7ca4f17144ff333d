import { expect, it } from 'vitest';
import type { InstanceType } from './instanceType.ts';
import { planFindings } from './planPromise.ts';

const type: InstanceType = {
  ...{ id: 'aws/g5.4xlarge', provider: 'AWS', name: 'g5.4xlarge', vcpu: 16, ramGb: 64, gpu: { model: 'NVIDIA A10G', count: 1, vramGb: 24 } },
  ...{ network: null, storage: null, use: null, prices: [], setupFee: null, doubts: [] },
};
type PlanFacts = Parameters<typeof planFindings>[1];
const card = (name: string, vramMib: number, index = 0) =>
  ({
    index,
    uuid: `GPU-${index}`,
    name,
    vramMib,
    pciAddress: null,
    ecc: null,
    eccErrors: null,
    mig: null,
    migInstances: 0,
  }) as PlanFacts['gpu']['devices'][number];
const facts = (cores: number, totalMib: number, devices: PlanFacts['gpu']['devices'], instanceType: string | null = null): PlanFacts =>
  ({ cpu: { logicalCores: cores }, memory: { totalMib }, gpu: { devices }, machine: { instanceType } }) as unknown as PlanFacts;

const shortOf = (of: PlanFacts, plan = type) =>
  planFindings(plan, of)
    .filter(({ kept }) => !kept)
    .map(({ what, promised, found }) => `${what}: ${promised}, ${found}`);

it('is kept by a machine that has it, less what the system keeps for itself', () => {
  expect(shortOf(facts(16, 62_900, [card('NVIDIA A10G', 23_028)], 'g5.4xlarge'))).toEqual([]);
  expect(planFindings(type, facts(16, 62_900, [card('NVIDIA A10G', 23_028)])).map(({ what }) => what)).toEqual(['vCPU', 'memory', 'GPU', 'VRAM']);
});

it('is broken by less of anything, and by another card', () => {
  expect(shortOf(facts(8, 31_000, [card('Tesla T4', 15_360)], 'g4dn.2xlarge'))).toEqual([
    'type: g5.4xlarge, g4dn.2xlarge',
    'vCPU: 16, 8',
    'memory: 64 GB, 30 GB',
    'GPU: 1× NVIDIA A10G, 1× Tesla T4',
    'VRAM: 24 GB each, 15 GB each',
  ]);
  expect(shortOf(facts(16, 64_000, []))).toEqual(['GPU: 1× NVIDIA A10G, none']);
});

it.each([
  ['NVIDIA A100', 'NVIDIA A100-SXM4-40GB', true],
  ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090', true],
  ['NVIDIA RTX A6000', 'NVIDIA RTX A6000', true],
  ['NVIDIA A10', 'NVIDIA A10G', false],
  ['Tesla V100', 'Tesla T4', false],
  ['RTX 4000', 'NVIDIA RTX 4000 SFF Ada Generation', true],
])('takes a promised %s for a %s: %s', (model, name, kept) => {
  const plan = { ...type, gpu: { model, count: 1, vramGb: null } };
  expect(planFindings(plan, facts(16, 65_536, [card(name, 1)])).find(({ what }) => what === 'GPU')?.kept).toBe(kept);
});

it('says nothing of what the catalogue does not say, and of names that no firmware has', () => {
  expect(planFindings({ ...type, vcpu: null, ramGb: null, gpu: null, name: 'AX102 with RTX 4090' }, facts(1, 1, [], 'kvm'))).toEqual([]);
});
