import type { CloudResource } from './cloudResource.ts';
import { type Cost, type MonthlyTotal, monthlyTotals } from './money.ts';
import type { Server } from './server.ts';

/** What costs are put together by. */
export const costKeys = ['provider', 'owner', 'environment', 'group', 'kind'] as const;
export type CostKey = (typeof costKeys)[number];

/** Costs under one word. */
export interface CostLine {
  key: string;
  servers: number;
  resources: number;
  /** Of these, how many have no cost: the sum is too small by theirs. */
  unpriced: number;
  totals: MonthlyTotal[];
}

/** What a word is when nothing was said. */
const unsaid = '—';

type Item = { kind: 'server' | 'resource'; keys: readonly string[]; cost: Cost | null };

/**
 * Costs by the month under each word in order of the words, each currency for itself. A server in two groups counts under both, so
 * lines by group may be more than the whole.
 */
export function costLines(servers: readonly Server[], resources: readonly CloudResource[], by: CostKey): CostLine[] {
  const items: Item[] = [
    ...servers.map((server) => ({ kind: 'server' as const, keys: serverKeys(server, by), cost: server.record?.cost ?? null })),
    ...resources.map((resource) => ({ kind: 'resource' as const, keys: resourceKeys(resource, by), cost: resource.cost })),
  ];
  const words = [...new Set(items.flatMap(({ keys }) => keys))].sort((a, b) =>
    a === unsaid ? 1 : b === unsaid ? -1 : a.localeCompare(b, 'en', { numeric: true }),
  );
  return words.map((key) => ({ key, ...summed(items.filter(({ keys }) => keys.includes(key))) }));
}

/** Costs of everything by the month. */
export function costTotal(servers: readonly Server[], resources: readonly CloudResource[]): Omit<CostLine, 'key'> {
  return summed([
    ...servers.map((server) => ({ kind: 'server' as const, keys: [], cost: server.record?.cost ?? null })),
    ...resources.map((resource) => ({ kind: 'resource' as const, keys: [], cost: resource.cost })),
  ]);
}

function summed(items: readonly Item[]): Omit<CostLine, 'key'> {
  return {
    servers: items.filter(({ kind }) => kind === 'server').length,
    resources: items.filter(({ kind }) => kind === 'resource').length,
    unpriced: items.filter(({ cost }) => cost === null).length,
    totals: monthlyTotals(items.flatMap(({ cost }) => cost ?? [])),
  };
}

function serverKeys(server: Server, by: CostKey): readonly string[] {
  switch (by) {
    case 'provider':
      return [server.record?.provider ?? unsaid];
    case 'owner':
      return [server.record?.owner ?? unsaid];
    case 'environment':
      return [server.environment];
    case 'group':
      return server.groups.length > 0 ? server.groups : [unsaid];
    case 'kind':
      return ['server'];
  }
}

function resourceKeys(resource: CloudResource, by: CostKey): readonly string[] {
  switch (by) {
    case 'provider':
      return [resource.provider];
    case 'owner':
      return [resource.owner ?? unsaid];
    case 'environment':
      return [unsaid];
    case 'group':
      return resource.groups.length > 0 ? resource.groups : [unsaid];
    case 'kind':
      return [resource.kind];
  }
}
