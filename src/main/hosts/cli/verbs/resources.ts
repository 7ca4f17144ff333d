import { Command, Option } from 'commander';
import { type CloudResource, type CloudResourceFields, type ResourceKind, resourceKindSchema, resourceKinds } from '../../../../shared/model/cloudResource.ts';
import { type Cost, formatCost, formatTotal, monthlyTotals } from '../../../../shared/model/money.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { collect } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { cost } from './serverRecordOptions.ts';

/** Parts that `--clear` takes away. */
const clearable = ['region', 'identifier', 'address', 'owner', 'cost', 'notes', 'servers', 'groups'] as const;
type Clearable = (typeof clearable)[number];

interface FieldOptions {
  kind?: ResourceKind;
  provider?: string;
  region?: string;
  identifier?: string;
  address?: string;
  owner?: string;
  cost?: Cost;
  notes?: string;
  server?: string[];
  group?: string[];
  clear?: Clearable[];
  rename?: string;
}

function withFields(command: Command): Command {
  return command
    .option('--region <region>', 'where it is')
    .option('--identifier <id>', 'as the provider knows it: an ARN, the name of a bucket')
    .option('--address <address>', 'where it answers')
    .option('--owner <who>', 'person or team that answers for it')
    .option('--cost <price>', 'price, for example "42 USD/month"', cost)
    .option('--notes <text>', 'anything else')
    .option('--server <name>', 'server that it serves; may be given several times', collect)
    .option('--group <group>', 'group that it serves; may be given several times', collect);
}

const kindOption = () => new Option('--kind <kind>', 'what it is').choices(resourceKindSchema.options);

/** `pilothouse resources …`: what is rented and is no server. */
export function resourcesCommand(run: Run): Command {
  const resources = new Command('resources').description('cloud resources that are not servers: load balancers, storage, CDN, keys, logs');
  resources
    .command('list')
    .description('resources, and what they cost by the month in each currency')
    .addOption(kindOption())
    .addHelpText('after', '\nExample: pilothouse resources list --kind object-storage')
    .action(run(list));
  resources.command('show <name>').description('one resource').addHelpText('after', '\nExample: pilothouse resources show slb-1').action(run(show));
  withFields(
    resources
      .command('add <name>')
      .description('keep a record of a resource; nothing is asked of its provider')
      .addOption(kindOption().makeOptionMandatory())
      .requiredOption('--provider <name>', 'who it is rented from'),
  )
    .addHelpText('after', '\nExample: pilothouse resources add slb-1 --kind load-balancer --provider "Alibaba Cloud" --cost "42 USD/month" --group pool-a')
    .action(run(add));
  withFields(
    resources
      .command('edit <name>')
      .description('change what is given, leave the rest')
      .addOption(kindOption())
      .option('--provider <name>', 'who it is rented from')
      .option('--rename <name>', 'new name')
      .addOption(
        new Option('--clear <part>', `take a part away: ${clearable.join(', ')}; may be given several times`).choices([...clearable]).argParser(collectClear),
      ),
  )
    .addHelpText('after', '\nExample: pilothouse resources edit slb-1 --owner "Platform team" --clear notes')
    .action(run(edit));
  resources
    .command('remove <name>')
    .description('forget a record; the resource itself stays')
    .addHelpText('after', '\nExample: pilothouse resources remove slb-1')
    .action(run(remove));
  return resources;
}

function collectClear(value: string, before: Clearable[] | undefined): Clearable[] {
  const part = clearable.find((each) => each === value);
  if (part === undefined) throw new UsageError(`--clear takes one of ${clearable.join(', ')}.`);
  return [...(before ?? []), part];
}

/** The fields that options name; what is not named is absent. */
export function resourceFields(options: FieldOptions): Partial<CloudResourceFields> {
  const { kind, provider, region, identifier, address, owner, notes, server: servers, group: groups, clear = [] } = options;
  const given = { kind, provider, region, identifier, address, owner, cost: options.cost, notes, servers, groups, name: options.rename };
  return {
    ...Object.fromEntries(clear.map((part) => [part, part === 'servers' || part === 'groups' ? [] : null])),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

const nothing = { region: null, identifier: null, address: null, owner: null, cost: null, notes: null, servers: [], groups: [] };

async function list(context: CliContext, options: { kind?: ResourceKind }): Promise<void> {
  const { output } = context;
  const all = (await (await context.client()).resources.list({})).resources;
  const resources = all.filter(({ kind }) => options.kind === undefined || kind === options.kind);
  const totals = monthlyTotals(resources.flatMap((resource) => resource.cost ?? []));
  if (output.json) return output.document({ resources, totals });
  if (resources.length === 0)
    return output.note('There are no resources of that kind. Keep one: pilothouse resources add NAME --kind KIND --provider PROVIDER');
  const rows = resources.map((resource) => [
    ...[resource.name, resource.kind, resource.provider, resource.region ?? '', resource.owner ?? ''],
    resource.cost === null ? '' : formatCost(resource.cost),
    [...resource.groups.map((group) => `group:${group}`), ...resource.servers].join(' '),
  ]);
  for (const line of table(['NAME', 'KIND', 'PROVIDER', 'REGION', 'OWNER', 'COST', 'SERVES'], rows, output)) output.line(line);
  for (const total of totals) output.line(output.style('bold', formatTotal(total)));
}

async function show(context: CliContext, name: string): Promise<void> {
  print(context, await (await context.client()).resources.get({ name }));
}

function print({ output }: CliContext, resource: CloudResource): void {
  if (output.json) {
    output.document(resource);
    return;
  }
  output.line(`${output.style('bold', resource.name)}  ${resourceKinds[resource.kind].toLowerCase()} at ${resource.provider}`);
  const { region, identifier, address, owner, notes, servers, groups } = resource;
  const parts = { region, identifier, address, owner, cost: resource.cost === null ? null : formatCost(resource.cost) };
  for (const [part, value] of Object.entries(parts)) if (value !== null) output.line(`${part.padEnd(12)}${value}`);
  const serves = [...groups.map((group) => `group:${group}`), ...servers];
  if (serves.length > 0) output.line(`${'serves'.padEnd(12)}${serves.join(' ')}`);
  if (notes !== null) output.line(notes);
}

async function add(context: CliContext, name: string, options: FieldOptions): Promise<void> {
  const fields = { ...nothing, ...resourceFields(options), name } as CloudResourceFields;
  const resource = await (await context.client()).resources.add({ requestId: newRequestId(), fields });
  if (context.output.json) context.output.document(resource);
  else context.output.line(`Added ${resource.name}.`);
}

async function edit(context: CliContext, name: string, options: FieldOptions): Promise<void> {
  const fields = resourceFields(options);
  if (Object.keys(fields).length === 0) throw new UsageError('Nothing to change was given. See "pilothouse resources edit --help".');
  const resource = await (await context.client()).resources.edit({ requestId: newRequestId(), name, fields });
  if (context.output.json) context.output.document(resource);
  else context.output.line(`Changed ${resource.name}.`);
}

async function remove(context: CliContext, name: string): Promise<void> {
  await (await context.client()).resources.remove({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Forgot ${name}. The resource itself was not touched.`);
}
