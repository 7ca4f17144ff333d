import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Cost, formatCost, parseCost } from '../../../../shared/model/money.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { recordParts, type ServerRecord } from '../../../../shared/model/serverRecord.ts';
import { collect } from '../parseOptions.ts';

type Clearable = keyof typeof cleared;

/** Options of what is kept about a server. */
export interface RecordOptions {
  provider?: string;
  plan?: string;
  location?: string;
  publicAddress?: string;
  privateAddress?: string;
  owner?: string;
  cost?: Cost;
  purchasedOn?: string;
  renewsOn?: string;
  notes?: string;
  role?: string[];
  clear?: Clearable[];
}

/** What `--clear` takes, with the part of the record. */
const cleared = {
  ...({ provider: 'provider', plan: 'plan', location: 'location', 'public-address': 'publicAddress', 'private-address': 'privateAddress' } as const),
  ...({ owner: 'owner', cost: 'cost', 'purchased-on': 'purchasedOn', 'renews-on': 'renewsOn', notes: 'notes', roles: 'roles' } as const),
};

/** Adds the options to a command. */
export function withRecordOptions(command: Command): Command {
  return command
    .option('--role <role>', 'what it does: gpu, lb, database, vector-db, monitoring, jump …, or a word of your own; may be given several times', collect)
    .option('--provider <name>', 'whose machine it is, for example Hetzner')
    .option('--plan <name>', 'what the provider calls this kind of machine')
    .option('--location <place>', 'region, data centre, rack')
    .option('--public-address <address>', 'address by which the world reaches it')
    .option('--private-address <address>', 'address in its own network')
    .option('--owner <who>', 'person or team that answers for it')
    .option('--cost <price>', 'price, for example "1.62 USD/hour" or "180 EUR/month"', cost)
    .option('--purchased-on <day>', 'day it was ordered, for example 2026-02-01')
    .option('--renews-on <day>', 'day the contract ends or renews')
    .option('--notes <text>', 'anything else')
    .addOption(new Option('--clear <part>', 'take a part of the record away; may be given several times').choices(Object.keys(cleared)).argParser(clearable));
}

/** A price; anything else is a usage error. */
export function cost(value: string): Cost {
  const parsed = parseCost(value);
  if (parsed === null) throw new InvalidArgumentError('a price like "1.62 USD/hour" or "180 EUR/month" is expected.');
  return parsed;
}

function clearable(value: string, before: Clearable[] | undefined): Clearable[] {
  if (!Object.hasOwn(cleared, value)) throw new InvalidArgumentError(`one of ${Object.keys(cleared).join(', ')} is expected.`);
  return [...(before ?? []), value as Clearable];
}

/** The changes that options mean; what is not named is absent. */
export function recordFrom(options: RecordOptions): Pick<Partial<ServerFields>, 'record' | 'roles'> {
  const { role, clear = [] } = options;
  const parts = clear.map((part) => cleared[part]);
  const record: ServerRecord = {
    ...Object.fromEntries(parts.filter((part) => part !== 'roles').map((part) => [part, null])),
    ...Object.fromEntries(recordParts.flatMap((part) => (options[part] === undefined ? [] : [[part, options[part]]]))),
  };
  return {
    ...(role !== undefined ? { roles: role } : parts.includes('roles') ? { roles: [] } : {}),
    ...(Object.keys(record).length === 0 ? {} : { record }),
  };
}

const titles: Record<(typeof recordParts)[number], string> = {
  ...{ provider: 'provider', plan: 'plan', location: 'location', publicAddress: 'public address', privateAddress: 'private address' },
  ...{ owner: 'owner', cost: 'cost', purchasedOn: 'purchased', renewsOn: 'renews', notes: 'notes' },
};

/** What is kept about a server, a line each. */
export function recordLines({ record }: Pick<Server, 'record'>): string[] {
  return recordParts.flatMap((part) => {
    const value = record?.[part];
    if (value == null) return [];
    return [`${titles[part].padEnd(16)}${typeof value === 'string' ? value.replaceAll('\n', `\n${' '.repeat(16)}`) : formatCost(value)}`];
  });
}
