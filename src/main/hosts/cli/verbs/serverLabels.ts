import { type Command, Option } from 'commander';
import type { Environment, Server } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { guarded } from '../guarded.ts';
import { collect } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface LabelOptions {
  env?: Environment;
  tag?: string[];
  untag?: string[];
  group?: string[];
  ungroup?: string[];
  role?: string[];
  unrole?: string[];
  confirm?: string;
}

/** Adds `servers label` and `servers labels`: environments, tags and groups of many servers at once. */
export function addLabelCommands(servers: Command, run: Run): void {
  servers
    .command('label <selector>')
    .description('change environment, tags, groups and roles of all servers that a selector picks; a group is there once a server is in it')
    .addOption(new Option('--env <environment>', 'environment').choices(['development', 'staging', 'production']))
    .option('--tag <tag>', 'add this tag; may be given several times', collect)
    .option('--untag <tag>', 'take this tag off; may be given several times', collect)
    .option('--group <group>', 'put them in this group; may be given several times', collect)
    .option('--ungroup <group>', 'take them out of this group; may be given several times', collect)
    .option('--role <role>', 'add this role; may be given several times', collect)
    .option('--unrole <role>', 'take this role off; may be given several times', collect)
    .option('--confirm <name>', 'for production: the name of the server, or the selector')
    .addHelpText('after', "\nExample: pilothouse servers label 'gpu-eu-*' --group pool-a --untag spare")
    .action(run(label));
  servers
    .command('labels')
    .description('environments, groups, roles and tags in use, with their servers')
    .addHelpText('after', '\nExample: pilothouse servers labels')
    .action(run(labels));
}

async function label(context: CliContext, selector: string, options: LabelOptions): Promise<void> {
  const { env, tag = [], untag = [], group = [], ungroup = [], role = [], unrole = [] } = options;
  if (env === undefined && [...tag, ...untag, ...group, ...ungroup, ...role, ...unrole].length === 0) {
    throw new UsageError('Nothing to change was given. See "pilothouse servers label --help".');
  }
  const lists = { addTags: tag, removeTags: untag, addGroups: group, removeGroups: ungroup, addRoles: role, removeRoles: unrole };
  const changes = { ...(env === undefined ? {} : { environment: env }), ...lists };
  const client = await context.client();
  const { servers } = await guarded(context, options.confirm, (confirm) =>
    client.servers.label({ requestId: newRequestId(), selector, ...changes, ...confirm }),
  );
  if (context.output.json) return context.output.document({ servers });
  for (const line of table(['NAME', 'ENVIRONMENT', 'GROUPS', 'TAGS', 'ROLES'], servers.map(filed), context.output)) context.output.line(line);
}

function filed(server: Server): string[] {
  return [server.name, server.environment, server.groups.join(' '), server.tags.join(' '), (server.roles ?? []).join(' ')];
}

async function labels(context: CliContext): Promise<void> {
  const { output } = context;
  const { servers } = await (await context.client()).servers.list({});
  const found = [
    ...membersBy(servers, 'environment', (server) => [server.environment]),
    ...membersBy(servers, 'group', (server) => server.groups),
    ...membersBy(servers, 'role', (server) => server.roles ?? []),
    ...membersBy(servers, 'tag', (server) => server.tags),
  ];
  if (output.json) return output.document({ labels: found });
  if (found.length === 0) return output.note('The inventory is empty.');
  const selectorKeys = { environment: 'env', group: 'group', role: 'role', tag: 'tag' };
  const rows = found.map(({ kind, name, servers: members }) => [`${selectorKeys[kind]}:${name}`, String(members.length), members.join(' ')]);
  for (const line of table(['SELECTOR', 'SERVERS', 'NAMES'], rows, output)) output.line(line);
}

type LabelKind = 'environment' | 'group' | 'role' | 'tag';

/** Names of servers by label, labels in order. */
export function membersBy(
  servers: readonly Server[],
  kind: LabelKind,
  labelsOf: (server: Server) => readonly string[],
): { kind: LabelKind; name: string; servers: string[] }[] {
  const members = new Map<string, string[]>();
  for (const server of servers) for (const name of labelsOf(server)) members.set(name, [...(members.get(name) ?? []), server.name]);
  return [...members].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).map(([name, names]) => ({ kind, name, servers: names }));
}
