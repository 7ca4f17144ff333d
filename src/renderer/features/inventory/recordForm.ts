import { recordOfType } from '../../../shared/model/instanceFilter.ts';
import type { InstanceType } from '../../../shared/model/instanceType.ts';
import { formatCost, parseCost } from '../../../shared/model/money.ts';
import type { Server } from '../../../shared/model/server.ts';
import { recordParts, type ServerRecord } from '../../../shared/model/serverRecord.ts';

/** What is kept about a server, as it is being typed. */
export type RecordForm = Record<(typeof recordParts)[number], string>;

/** An empty one. */
export const startOfRecord: RecordForm = {
  ...{ provider: '', plan: '', location: '', publicAddress: '', privateAddress: '', owner: '', cost: '', purchasedOn: '', renewsOn: '', notes: '' },
};

/** The form of what is kept. */
export function recordFormOf({ record }: Pick<Server, 'record'>): RecordForm {
  const words = recordParts.map((part) => {
    const value = record?.[part];
    return [part, value == null ? '' : typeof value === 'string' ? value : formatCost(value)];
  });
  return Object.fromEntries(words);
}

/**
 * What a form says, null for what is empty. A price that cannot be read is no price: its amount is NaN, which the contract refuses
 * by the name of the field.
 */
export function toRecord(form: RecordForm): Required<ServerRecord> {
  const parts = recordParts.map((part) => {
    const words = form[part].trim();
    if (words === '') return [part, null];
    return [part, part === 'cost' ? (parseCost(words) ?? { amount: Number.NaN, currency: 'EUR', per: 'month' }) : words];
  });
  return Object.fromEntries(parts);
}

/** The parts that a form changes; undefined where it changes none. */
export function recordChanges({ record }: Pick<Server, 'record'>, form: RecordForm): ServerRecord | undefined {
  const said = toRecord(form);
  const changed = recordParts.filter((part) => JSON.stringify(said[part]) !== JSON.stringify(record?.[part] ?? null));
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((part) => [part, said[part]]));
}

/** What choosing an instance type fills in. */
export function planOfType(type: InstanceType | undefined): Partial<RecordForm> {
  if (type === undefined) return {};
  const { provider, plan, cost } = recordOfType(type);
  return { provider: provider ?? '', plan: plan ?? '', ...(cost ? { cost: formatCost(cost) } : {}) };
}
