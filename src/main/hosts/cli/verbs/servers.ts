import { Command, Option } from 'commander';
import { recordOfType } from '../../../../shared/model/instanceFilter.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, errorLines, UsageError } from '../cliErrors.ts';
import { exitCodeOfError, exitCodes } from '../exitCodes.ts';
import { factsLines } from '../factsLines.ts';
import { guarded, readSecret } from '../guarded.ts';
import { noteNetwork } from '../networkNote.ts';
import { collect, integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import { instanceType } from './catalogue.ts';
import type { Run } from './run.ts';
import { addAccessCommands } from './serverAccess.ts';
import { addFactsCommands } from './serverFacts.ts';
import { addImportCommands } from './serverImport.ts';
import { addLabelCommands } from './serverLabels.ts';
import { type RecordOptions, recordFrom, recordLines, withRecordOptions } from './serverRecordOptions.ts';

interface FieldOptions extends RecordOptions {
  host?: string;
  port?: number;
  user?: string;
  key?: string;
  alsoKey?: string[];
  certificate?: string;
  interactive?: boolean;
  hostKeyAlias?: string;
  sshClient?: 'built-in' | 'system';
  proxyCommand?: string;
  agent?: boolean;
  passwordStdin?: boolean;
  jump?: string | false;
  env?: ServerFields['environment'];
  tag?: string[];
  group?: string[];
  sudo?: 'none' | 'nopasswd' | 'password-stdin';
}

function withFieldOptions(command: Command): Command {
  return withRecordOptions(command)
    .option('--port <port>', 'SSH port', integer)
    .option('--user <login>', 'login name')
    .option('--key <file>', 'private key file')
    .option('--also-key <file>', 'further private key, tried after it; may be given several times', collect)
    .option('--certificate <file>', 'user certificate of the key; <file>-cert.pub beside it is found by itself')
    .option('--interactive', 'the server asks you at every login, for a one-time code for example')
    .option('--host-key-alias <name>', 'name under which known_hosts and host certificates know it')
    .addOption(new Option('--ssh-client <which>', "which SSH client reaches it: this program's, or this computer's own ssh").choices(['built-in', 'system']))
    .option('--proxy-command <command>', "command whose streams reach it, as in ssh_config; by this computer's own ssh")
    .option('--agent', 'keys of the SSH agent')
    .option('--password-stdin', 'read the password from standard input')
    .option('--jump <server>', 'reach it through this server')
    .addOption(new Option('--env <environment>', 'environment').choices(['development', 'staging', 'production']))
    .option('--tag <tag>', 'tag; may be given several times', collect)
    .option('--group <group>', 'group; may be given several times', collect)
    .addOption(new Option('--sudo <how>', 'how the login becomes root').choices(['none', 'nopasswd', 'password-stdin']));
}

function fieldsFrom(options: FieldOptions): Partial<ServerFields> {
  const auth: ServerFields['auth'] | undefined =
    options.key !== undefined
      ? {
          kind: 'key',
          path: options.key,
          ...(options.alsoKey === undefined ? {} : { others: options.alsoKey }),
          ...(options.certificate === undefined ? {} : { certificate: options.certificate }),
        }
      : options.interactive
        ? { kind: 'interactive' }
        : options.passwordStdin
          ? { kind: 'password' }
          : options.agent
            ? { kind: 'agent' }
            : undefined;
  return Object.fromEntries(
    Object.entries({
      host: options.host,
      port: options.port,
      user: options.user,
      auth,
      jump: options.jump === false ? null : options.jump,
      environment: options.env,
      tags: options.tag,
      groups: options.group,
      sudo: options.sudo === 'password-stdin' ? 'password' : options.sudo,
      ssh: sshFrom(options),
      ...recordFrom(options),
    }).filter(([, value]) => value !== undefined),
  );
}

function sshFrom({ hostKeyAlias, sshClient, proxyCommand }: FieldOptions): ServerFields['ssh'] {
  if (hostKeyAlias === undefined && sshClient === undefined && proxyCommand === undefined) return undefined;
  return {
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    ...(sshClient === undefined ? {} : { transport: sshClient }),
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
  };
}

async function credentialsFrom(context: CliContext, options: FieldOptions): Promise<{ password?: string; sudoPassword?: string }> {
  if (options.passwordStdin && options.sudo === 'password-stdin') {
    // One secret serves both: it is the login's own password.
    const password = await readSecret(context, 'Password of the login (also for sudo)');
    return { password, sudoPassword: password };
  }
  if (options.passwordStdin) return { password: await readSecret(context, 'Password') };
  if (options.sudo === 'password-stdin') return { sudoPassword: await readSecret(context, 'Password for sudo') };
  return {};
}

const defaults: Omit<ServerFields, 'name' | 'host'> = {
  port: 22,
  user: 'root',
  auth: { kind: 'agent' },
  jump: null,
  environment: 'development',
  tags: [],
  groups: [],
  sudo: 'none',
};

async function add(context: CliContext, name: string, options: FieldOptions & { host: string }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const credentials = await credentialsFrom(context, options);
  const fields = { ...defaults, ...fieldsFrom(options), name } as ServerFields;
  const result = await client.servers.add({ requestId: newRequestId(), fields, credentials });
  if (output.json) output.document(result);
  else output.line(`Added ${output.style('bold', name)}${result.offered === null ? '' : '; its host key is not trusted yet, so no login was tried'}.`);
  if (result.error !== null) {
    if (!output.json) for (const line of errorLines(result.error, output)) output.problem(line);
    throw new ExitWith(exitCodeOfError(result.error.code));
  }
  if (!output.json && result.offered !== null) {
    output.note(`It offers the ${result.offered.type} key ${result.offered.fingerprint}`);
    output.note(`Compare it with the one on the server, then: pilothouse servers trust ${name} --fingerprint ${result.offered.fingerprint}`);
  }
  if (result.server.hostKeys.length === 0) throw new ExitWith(exitCodes.needsPerson);
}

function serverRow(server: Server): string[] {
  const auth = server.auth.kind === 'key' ? `key ${server.auth.path}` : server.auth.kind;
  const trusted = server.hostKeys.length > 0 ? 'trusted' : 'untrusted';
  return [
    server.name,
    `${server.user}@${server.host}:${server.port}`,
    server.environment,
    trusted,
    auth,
    [
      ...server.groups.map((group) => `group:${group}`),
      ...(server.roles ?? []).map((role) => `role:${role}`),
      ...server.tags.map((tag) => `tag:${tag}`),
      ...(server.demo ? ['DEMO'] : []),
    ].join(' '),
  ];
}

async function list(context: CliContext, selector: string | undefined): Promise<void> {
  const { servers } = await (await context.client()).servers.list(selector === undefined ? {} : { selector });
  if (context.output.json) return context.output.document({ servers });
  if (servers.length === 0)
    return context.output.note('The inventory is empty. Add a server: pilothouse servers add NAME --host HOST; or try: pilothouse demo');
  for (const line of table(['NAME', 'LOGIN', 'ENVIRONMENT', 'HOST KEY', 'AUTH', 'LABELS'], servers.map(serverRow), context.output)) context.output.line(line);
  await noteNetwork(context);
}

async function show(context: CliContext, name: string): Promise<void> {
  const { output } = context;
  const row = await (await context.client()).servers.get({ name });
  if (output.json) return output.document(row);
  const [line] = [serverRow(row.server)];
  output.line(`${output.style('bold', row.server.name)}  ${line.slice(1).join('  ')}`);
  for (const text of recordLines(row.server)) output.line(text);
  output.line(`connection ${row.connection}, health ${row.health}${row.activity === null ? '' : `, running: ${row.activity.title}`}`);
  if (row.connectionError !== null) {
    for (const text of errorLines(row.connectionError, output)) output.problem(text);
    await noteNetwork(context);
  }
  if (row.facts === null) output.note(`Its facts were not read yet: pilothouse servers facts ${name}`);
  else for (const text of factsLines(row.facts)) output.line(text);
}

/** `pilothouse servers …`: the inventory, trust and facts. */
export function serversCommand(run: Run): Command {
  const servers = new Command('servers').description('inventory, host keys and facts');
  withFieldOptions(
    servers
      .command('add <name>')
      .description('add a server; its host key has to be trusted before it is used')
      .requiredOption('--host <host>', 'host name or address'),
  )
    .addHelpText('after', '\nExample: pilothouse servers add gpu-1 --host 192.0.2.10 --user ubuntu --key ~/.ssh/id_ed25519 --sudo nopasswd --env staging')
    .action(run(add));
  servers
    .command('list [selector]')
    .description('servers, or those that a selector picks')
    .addHelpText('after', "\nExample: pilothouse servers list 'env:production gpu-*'")
    .action(run(list));
  servers
    .command('show <name>')
    .description('one server with its state and facts')
    .addHelpText('after', '\nExample: pilothouse servers show gpu-1')
    .action(run(show));
  withFieldOptions(
    servers
      .command('edit <name>')
      .description('change what is given, leave the rest')
      .option('--host <host>', 'host name or address')
      .option('--rename <name>', 'new name')
      .option('--instance <id>', 'take provider, plan and cost from the catalogue, for example aws/g5.4xlarge')
      .option('--no-jump', 'reach it directly')
      .option('--confirm <name>', 'for production: its name'),
  )
    .addHelpText('after', '\nExample: pilothouse servers edit gpu-1 --env production --tag a100')
    .action(run(edit));
  addLabelCommands(servers, run);
  servers
    .command('remove <name>')
    .description('take a server out of the inventory; nothing is done on it')
    .option('--confirm <name>', 'for production: its name')
    .addHelpText('after', '\nExample: pilothouse servers remove gpu-1')
    .action(run(remove));
  addAccessCommands(servers, run);
  servers.command('test <name>').description('connect and log in now').addHelpText('after', '\nExample: pilothouse servers test gpu-1').action(run(test));
  addFactsCommands(servers, run);
  addImportCommands(servers, run);
  return servers;
}

async function edit(context: CliContext, name: string, options: FieldOptions & { rename?: string; instance?: string; confirm?: string }): Promise<void> {
  const credentials = await credentialsFrom(context, options);
  const given = fieldsFrom(options);
  const fields = {
    ...given,
    ...(options.rename === undefined ? {} : { name: options.rename }),
    ...(options.instance === undefined ? {} : { record: { ...recordOfType(await instanceType(context, options.instance)), ...given.record } }),
  };
  if (Object.keys(fields).length === 0) throw new UsageError('Nothing to change was given. See "pilothouse servers edit --help".');
  const client = await context.client();
  const { server } = await guarded(context, options.confirm, (confirm) =>
    client.servers.edit({ requestId: newRequestId(), name, fields, credentials, ...confirm }),
  );
  if (context.output.json) context.output.document({ server });
  else context.output.line(`Changed ${server.name}${server.hostKeys.length === 0 ? '; its host key has to be trusted again' : ''}.`);
}

async function remove(context: CliContext, name: string, options: { confirm?: string }): Promise<void> {
  const client = await context.client();
  await guarded(context, options.confirm, (confirm) => client.servers.remove({ requestId: newRequestId(), name, ...confirm }));
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Removed ${name} from the inventory. Nothing was done on the server.`);
}

async function test(context: CliContext, name: string): Promise<void> {
  const result = await (await context.client()).servers.test({ name });
  if (context.output.json) context.output.document(result);
  else context.output.line(`Logged in as ${result.loginAs}; round trip ${result.roundTripMs.toFixed(1)} ms.`);
}
