import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type Group,
  type GroupKind,
  type GroupMember,
  groupKindSchema,
  groupKinds,
  type MemberPart,
  memberPartSchema,
} from '../../../../shared/model/group.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { guarded } from '../guarded.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** What `--part` says of a server. */
export interface GivenPart {
  server: string;
  part?: MemberPart | null;
  weight?: number | null;
}

interface EditOptions {
  kind?: GroupKind;
  notes?: string;
  entrance?: string;
  part?: GivenPart[];
  add?: string;
  drop?: string;
  rename?: string;
  confirm?: string;
}

/** `pilothouse groups …`: what groups are and what servers do in them. */
export function groupsCommand(run: Run): Command {
  const groups = new Command('groups').description('pools, clusters, region pairs: what a set of servers is, and what each does in it');
  groups.command('list').description('groups with their servers').addHelpText('after', '\nExample: pilothouse groups list').action(run(list));
  groups
    .command('show <name>')
    .description('one group: its servers, their parts, and what does not fit')
    .addHelpText('after', '\nExample: pilothouse groups show pool-a')
    .action(run(show));
  groups
    .command('edit <name>')
    .description('say what a group is; one that is not there is made')
    .addOption(new Option('--kind <kind>', 'what it is').choices(groupKindSchema.options))
    .option('--entrance <name>', 'what stands in front of a pool: a load balancer; "-" for nothing')
    .option('--notes <text>', 'anything else; "-" for nothing')
    .option(
      '--part <server=part>',
      'what a server does: gpu-1=primary, gpu-2=active:3 (with weight), gpu-3=- for nothing; may be given several times',
      givenPart,
    )
    .option('--add <selector>', 'put these servers in it')
    .option('--drop <selector>', 'take these servers out of it')
    .option('--rename <name>', 'new name; its servers follow')
    .option('--confirm <name>', 'for servers of production: the name of the group, or of the one server')
    .addHelpText('after', '\nExample: pilothouse groups edit pool-a --kind pool --entrance slb-1 --part gpu-1=active:3 --part gpu-2=backup')
    .action(run(edit));
  groups
    .command('remove <name>')
    .description('take all servers out of a group and forget it; nothing is done on them')
    .option('--confirm <name>', 'for servers of production: the name of the group')
    .addHelpText('after', '\nExample: pilothouse groups remove pool-a')
    .action(run(remove));
  return groups;
}

/** Reads `server=part[:weight]`, where `-` is nothing. */
export function givenPart(value: string, before: GivenPart[] | undefined): GivenPart[] {
  const [, server = '', word = '', weight] = /^([^=]+)=([a-z-]*)(?::(\d{1,4}|-))?$/.exec(value) ?? [];
  const part = word === '-' ? null : memberPartSchema.safeParse(word).data;
  if (server === '' || (word !== '' && part === undefined) || (word === '' && weight === undefined)) {
    throw new InvalidArgumentError(`SERVER=PART is expected, with PART one of ${memberPartSchema.options.join(', ')} or "-", and perhaps ":WEIGHT".`);
  }
  const cleared = word === '-' && weight === undefined;
  return [
    ...(before ?? []),
    {
      server,
      ...(part === undefined ? {} : { part }),
      ...(weight === undefined ? (cleared ? { weight: null } : {}) : { weight: weight === '-' ? null : Number(weight) }),
    },
  ];
}

/** A member in a word: `gpu-1 (active, weight 3)`. */
export function memberWords({ name, part, weight }: GroupMember): string {
  const about = [part, weight === null ? null : `weight ${weight}`].filter((word) => word !== null);
  return about.length === 0 ? name : `${name} (${about.join(', ')})`;
}

async function list(context: CliContext): Promise<void> {
  const { output } = context;
  const { groups } = await (await context.client()).groups.list({});
  if (output.json) return output.document({ groups });
  if (groups.length === 0) return output.note('There are no groups. Make one: pilothouse groups edit NAME --kind pool --add SELECTOR');
  const rows = groups.map((group) => [
    group.name,
    group.kind,
    String(group.members.length),
    group.findings.length > 0 ? `${group.findings.length} to look at` : '',
    namesOf(group),
  ]);
  for (const line of table(['NAME', 'KIND', 'SERVERS', 'FINDINGS', 'WHO'], rows, output)) output.line(line);
}

const namesShown = 6;

function namesOf({ members }: Group): string {
  const more = members.length - namesShown;
  return members.slice(0, namesShown).map(memberWords).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

async function show(context: CliContext, name: string): Promise<void> {
  print(context, await (await context.client()).groups.get({ name }));
}

function print({ output }: CliContext, group: Group): void {
  if (output.json) {
    output.document(group);
    return;
  }
  output.line(
    `${output.style('bold', group.name)}  ${groupKinds[group.kind].title.toLowerCase()}${group.entrance === null ? '' : ` behind ${group.entrance}`}`,
  );
  if (group.notes !== null) output.line(group.notes);
  const rows = group.members.map((member) => [
    member.name,
    member.environment,
    member.location ?? '',
    member.part ?? '',
    member.weight === null ? '' : String(member.weight),
  ]);
  if (rows.length > 0) for (const line of table(['SERVER', 'ENVIRONMENT', 'LOCATION', 'PART', 'WEIGHT'], rows, output)) output.line(line);
  for (const finding of group.findings) output.line(`${output.style('yellow', '!')} ${finding}`);
}

async function edit(context: CliContext, name: string, options: EditOptions): Promise<void> {
  const { kind, rename, part: parts = [], add: addServers, drop: removeServers, confirm } = options;
  if (Object.keys(options).every((key) => key === 'confirm')) throw new UsageError('Nothing to change was given. See "pilothouse groups edit --help".');
  const text = (value: string | undefined) => (value === '-' ? null : value);
  const changes = { kind, rename, notes: text(options.notes), entrance: text(options.entrance), addServers, removeServers };
  const client = await context.client();
  const group = await guarded(context, confirm, (confirmed) => client.groups.edit({ requestId: newRequestId(), name, ...changes, parts, ...confirmed }));
  print(context, group);
}

async function remove(context: CliContext, name: string, options: { confirm?: string }): Promise<void> {
  const client = await context.client();
  const { servers } = await guarded(context, options.confirm, (confirm) => client.groups.remove({ requestId: newRequestId(), name, ...confirm }));
  if (context.output.json) context.output.document({ removed: name, servers });
  else context.output.line(`Took the group ${name} away from ${servers} ${servers === 1 ? 'server' : 'servers'}. Nothing was done on them.`);
}
