import { describe, expect, it } from 'vitest';
import { filterInstances, gpuWords, type InstanceFilter, leadingPrice, sortInstances, totalVramGb, typeOf } from './instanceFilter.ts';
import type { InstanceType, QuotedPrice } from './instanceType.ts';

const price = (amount: number, differences: Partial<QuotedPrice> = {}): QuotedPrice => ({
  ...{ amount, currency: 'USD', per: 'hour', rounded: false, source: 's', asOf: '2025-11-04' },
  ...differences,
});
const type = (id: string, differences: Partial<InstanceType> = {}): InstanceType => ({
  ...{ id, provider: id.startsWith('aws') ? 'AWS' : 'Hetzner', name: id.split('/')[1] ?? '', vcpu: null, ramGb: null, gpu: null, network: null },
  ...{ storage: null, use: null, prices: [], setupFee: null, doubts: [] },
  ...differences,
});
const types = [
  type('aws/p4d', {
    vcpu: 96,
    ramGb: 1152,
    gpu: { model: 'NVIDIA A100', count: 8, vramGb: 40 },
    prices: [price(25_000, { per: 'month', rounded: true }), price(32.77)],
  }),
  type('aws/g5', { vcpu: 16, ramGb: 64, gpu: { model: 'NVIDIA A10G', count: 1, vramGb: 24 }, prices: [price(1.62)] }),
  type('aws/m5', { vcpu: 4, ramGb: 16, use: 'gateway' }),
  type('hetzner/rtx', { gpu: { model: 'RTX 4000', count: 1, vramGb: null }, prices: [price(0.8, { currency: 'EUR' })] }),
];
const found = (filter: InstanceFilter) => filterInstances(types, filter).map(({ id }) => id);

it.each<[InstanceFilter, string[]]>([
  [{}, ['aws/p4d', 'aws/g5', 'aws/m5', 'hetzner/rtx']],
  [{ provider: 'AWS', gpu: 'any' }, ['aws/p4d', 'aws/g5']],
  [{ provider: 'hetzner' }, ['hetzner/rtx']],
  [{ gpu: 'a10' }, ['aws/p4d', 'aws/g5']],
  [{ gpu: 'none' }, ['aws/m5']],
  [{ minVramGb: 24 }, ['aws/p4d', 'aws/g5']],
  [{ minVramGb: 300 }, ['aws/p4d']],
  [{ minVcpu: 16, minRamGb: 64 }, ['aws/p4d', 'aws/g5']],
  [{ text: 'gateway m5' }, ['aws/m5']],
  [{ text: 'nvidia 24 gb' }, ['aws/g5']],
  [{ text: 'unicorn' }, []],
])('%j lets through %j', (filter, ids) => expect(found(filter)).toEqual(ids));

describe('the order', () => {
  const order = (by: Parameters<typeof sortInstances>[1]) => sortInstances(types, by).map(({ id }) => id);
  it('of prices never mixes currencies, and those without one come last', () => expect(order('price')).toEqual(['hetzner/rtx', 'aws/g5', 'aws/p4d', 'aws/m5']));
  it('of sizes begins with the greatest; what is not known comes last', () => {
    expect(order('vcpu')).toEqual(['aws/p4d', 'aws/g5', 'aws/m5', 'hetzner/rtx']);
    expect(order('vram')).toEqual(['aws/p4d', 'aws/g5', 'aws/m5', 'hetzner/rtx']);
    expect(order('provider')).toEqual(['aws/g5', 'aws/m5', 'aws/p4d', 'hetzner/rtx']);
  });
});

it('takes an exact price before a round one, and the newer of two', () => {
  expect(leadingPrice(types[0] ?? type('aws/x'))?.amount).toBe(32.77);
  expect(leadingPrice({ prices: [price(1, { asOf: '2024' }), price(2, { asOf: '2026-02' }), price(3, { asOf: null })] })?.amount).toBe(2);
  expect(leadingPrice({ prices: [] })).toBeNull();
});

it('counts VRAM of all cards, and says what it does not know', () => {
  expect(types.map(totalVramGb)).toEqual([320, 24, 0, null]);
  expect(types.map(gpuWords)).toEqual(['8× NVIDIA A100 40 GB', '1× NVIDIA A10G 24 GB', '', '1× RTX 4000']);
});

it('knows the type that a record names', () => {
  expect(typeOf(types, { provider: 'aws', plan: 'G5' })?.id).toBe('aws/g5');
  expect(typeOf(types, { plan: 'hetzner/rtx' })?.id).toBe('hetzner/rtx');
  expect(typeOf(types, { provider: 'Hetzner', plan: 'g5' })).toBeNull();
  expect(typeOf(types, { provider: 'AWS' })).toBeNull();
  expect(typeOf(types, undefined)).toBeNull();
});
