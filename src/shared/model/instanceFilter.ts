import type { InstanceType, QuotedPrice } from './instanceType.ts';
import { type Cost, monthlyAmount } from './money.ts';
import type { ServerRecord } from './serverRecord.ts';

/** What is looked for in the catalogue; absent parts let everything through. */
export interface InstanceFilter {
  /** Words that all stand somewhere in provider, name, GPU or use. */
  text?: string | undefined;
  provider?: string | undefined;
  /** Part of a GPU's name; `any` for any GPU, `none` for machines without. */
  gpu?: string | undefined;
  minVcpu?: number | undefined;
  minRamGb?: number | undefined;
  /** VRAM of all its cards together. */
  minVramGb?: number | undefined;
}

/** What an instance type may be sorted by. */
export type InstanceOrder = 'provider' | 'price' | 'vcpu' | 'ram' | 'vram';

/** VRAM of all cards in GB; null where the source does not say, 0 without a GPU. */
export function totalVramGb({ gpu }: Pick<InstanceType, 'gpu'>): number | null {
  if (gpu === null) return 0;
  return gpu.vramGb === null ? null : gpu.vramGb * gpu.count;
}

/** The GPU in words: `8× NVIDIA A100 40 GB`; empty without one. */
export function gpuWords({ gpu }: Pick<InstanceType, 'gpu'>): string {
  if (gpu === null) return '';
  return `${gpu.count}× ${gpu.model}${gpu.vramGb === null ? '' : ` ${gpu.vramGb} GB`}`;
}

/** The price that counts among those quoted: one by the hour before round figures, then the newest. Null where none is. */
export function leadingPrice({ prices }: Pick<InstanceType, 'prices'>): QuotedPrice | null {
  const rank = (price: QuotedPrice) => `${price.rounded ? 0 : 1}${price.asOf ?? ''}`;
  return prices.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0))[0] ?? null;
}

/** The price as the cost of a server. */
export function costOf({ amount, currency, per }: QuotedPrice): Cost {
  return { amount, currency, per };
}

/** Types that a filter lets through. What a source does not say is never enough. */
export function filterInstances(types: readonly InstanceType[], filter: InstanceFilter): InstanceType[] {
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const gpu = filter.gpu?.toLowerCase();
  const has = (value: number | null, least: number | undefined) => least === undefined || (value !== null && value >= least);
  return types.filter((type) => {
    const text = [type.id, type.provider, type.name, gpuWords(type), type.use ?? ''].join(' ').toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    if (filter.provider !== undefined && !isProvider(type, filter.provider)) return false;
    if (gpu === 'none' ? type.gpu !== null : gpu === 'any' ? type.gpu === null : gpu !== undefined && !gpuWords(type).toLowerCase().includes(gpu)) return false;
    return has(type.vcpu, filter.minVcpu) && has(type.ramGb, filter.minRamGb) && has(totalVramGb(type), filter.minVramGb);
  });
}

function isProvider({ id, provider }: InstanceType, wanted: string): boolean {
  const lower = wanted.toLowerCase();
  return id.split('/')[0] === lower || provider.toLowerCase() === lower;
}

const collator = new Intl.Collator('en', { numeric: true });

/**
 * Types in an order; what is not known comes last. Prices of different currencies cannot be compared: each currency stands for itself,
 * by its name.
 */
export function sortInstances(types: readonly InstanceType[], order: InstanceOrder): InstanceType[] {
  const byName = (a: InstanceType, b: InstanceType) => collator.compare(a.provider, b.provider) || collator.compare(a.name, b.name);
  const upward = (value: (type: InstanceType) => number | null) => (a: InstanceType, b: InstanceType) => (value(b) ?? -1) - (value(a) ?? -1) || byName(a, b);
  const orders: Record<InstanceOrder, (a: InstanceType, b: InstanceType) => number> = {
    provider: byName,
    vcpu: upward((type) => type.vcpu),
    ram: upward((type) => type.ramGb),
    vram: upward(totalVramGb),
    price: (a, b) => byPrice(leadingPrice(a), leadingPrice(b)) || byName(a, b),
  };
  return types.toSorted(orders[order]);
}

function byPrice(a: QuotedPrice | null, b: QuotedPrice | null): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return a.currency === b.currency ? monthlyAmount(a) - monthlyAmount(b) : a.currency < b.currency ? -1 : 1;
}

/** The type that a record of a server names by provider and plan; its id does too. Null where the catalogue has none. */
export function typeOf(
  types: readonly InstanceType[],
  record: { provider?: string | null | undefined; plan?: string | null | undefined } | undefined,
): InstanceType | null {
  const plan = record?.plan?.toLowerCase();
  if (plan === undefined) return null;
  const named = types.filter((type) => type.id.toLowerCase() === plan || type.name.toLowerCase() === plan);
  const provider = record?.provider;
  if (provider == null) return named.length === 1 ? (named[0] ?? null) : null;
  return named.find((type) => isProvider(type, provider)) ?? null;
}

/** What a server's record says when its plan is this type. A type without a price leaves the cost as it is. */
export function recordOfType(type: InstanceType): Pick<ServerRecord, 'provider' | 'plan' | 'cost'> {
  const price = leadingPrice(type);
  return { provider: type.provider, plan: type.name, ...(price === null ? {} : { cost: costOf(price) }) };
}
