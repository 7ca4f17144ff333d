import { Command, Option } from 'commander';
import type { ReleaseId, StackId } from '../../../../shared/model/ids.ts';
import type { Operation, Strategy } from '../../../../shared/model/operation.ts';
import type { Environment } from '../../../../shared/model/server.ts';
import type { DeploymentStatus } from '../../../../shared/model/stack.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { consumeStream } from '../consumeStream.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { collect, integer, strategy } from '../parseOptions.ts';
import { rolloutReport } from '../rolloutReport.ts';
import { readSecretFile } from '../secretFile.ts';
import { stackLines } from '../stackLines.ts';
import { harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { addChoiceOptions, type ChoiceOptions, choiceOf } from './stackChoice.ts';
import { addDay2Commands } from './stackDay2.ts';
import { addInventoryCommand } from './stackInventory.ts';
import { addLintCommand } from './stackLint.ts';
import { addPlanCommands } from './stackPlan.ts';
import { addProjectCommands } from './stackProjects.ts';
import { addTestCommands } from './stackTests.ts';
import { inputLines } from './workflows.ts';

interface OnOptions {
  on: string;
  confirm?: string;
}

interface DeployOptions extends OnOptions, ChoiceOptions {
  secretFile?: string;
  strategy?: Strategy;
  accept?: string[];
  maxFailures?: number;
  soak?: number;
  note?: string;
  plan?: string;
  detach?: boolean;
  output?: boolean;
}

async function conclude(context: CliContext, { operation }: { operation: Operation }, options: { detach?: boolean; output?: boolean } = {}): Promise<void> {
  if (options.detach) {
    if (context.output.json) context.output.document({ operation });
    else context.output.line(operation.id);
    return;
  }
  const ended = await followOperation(context, operation.id, { showOutput: options.output ?? false });
  if (!context.output.json && ended.targets.length > 1) for (const line of rolloutReport(ended)) context.output.line(harmless(line));
  concludeOperation(context, ended);
}

async function catalog(context: CliContext): Promise<void> {
  const { stacks } = await (await context.client()).stacks.catalog({});
  if (context.output.json) return context.output.document({ stacks });
  for (const line of table(
    ['ID', 'SERVICES', 'TITLE'],
    stacks.map((stack) => [stack.id, stack.services.map((service) => service.name).join(','), stack.title]),
    context.output,
  ))
    context.output.line(line);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const stack = await (await context.client()).stacks.show({ id: id as StackId });
  if (output.json) return output.document({ stack });
  output.line(`${output.style('bold', stack.title)}  ${stack.id} version ${stack.version}`);
  output.line(stack.summary);
  for (const lines of [...stackLines(stack, output), inputLines(stack.parameters, context)]) {
    output.line('');
    for (const line of lines) output.line(line);
  }
}

async function render(context: CliContext, id: string, options: ChoiceOptions & { environment?: Environment }): Promise<void> {
  const environment = options.environment === undefined ? {} : { environment: options.environment };
  const { files } = await (await context.client()).stacks.render({ id: id as StackId, ...choiceOf(options), ...environment });
  if (context.output.json) return context.output.document({ files });
  for (const file of files) {
    context.output.line(context.output.style('dim', `# ${file.path}`));
    context.output.line(file.text);
  }
}

async function deploy(context: CliContext, id: string, options: DeployOptions): Promise<void> {
  const client = await context.client();
  const secrets = options.secretFile === undefined ? {} : await readSecretFile(options.secretFile);
  const started = await guarded(context, options.confirm, (confirm) =>
    client.stacks.deploy({
      requestId: newRequestId(),
      id: id as StackId,
      selector: options.on,
      ...choiceOf(options),
      secrets,
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...(options.maxFailures === undefined ? {} : { maxFailures: options.maxFailures }),
      ...(options.soak === undefined ? {} : { soakS: options.soak }),
      ...(options.note === undefined ? {} : { note: options.note }),
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      ...(options.plan === undefined ? {} : { planId: options.plan }),
      ...confirm,
    }),
  );
  await conclude(context, started, options);
}

async function rollback(context: CliContext, id: string, options: OnOptions & { to?: string }): Promise<void> {
  const client = await context.client();
  const to = options.to === undefined ? {} : { to: options.to as ReleaseId };
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) =>
      client.stacks.rollback({ requestId: newRequestId(), id: id as StackId, selector: options.on, ...to, ...confirm }),
    ),
  );
}

async function down(context: CliContext, id: string, options: OnOptions): Promise<void> {
  const client = await context.client();
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) =>
      client.stacks.down({ requestId: newRequestId(), id: id as StackId, selector: options.on, ...confirm }),
    ),
  );
}

async function restart(context: CliContext, id: string, options: OnOptions & { service?: string[] }): Promise<void> {
  const client = await context.client();
  const target = { id: id as StackId, selector: options.on };
  for (const { serverName, said } of (await client.stackDay2.restartWarnings(target)).warnings) context.output.note(`${serverName}: ${said}`);
  const request = { ...target, services: options.service ?? [] };
  await conclude(context, await guarded(context, options.confirm, (confirm) => client.stacks.restart({ requestId: newRequestId(), ...request, ...confirm })));
}

function statusRows(deployments: readonly DeploymentStatus[]): string[][] {
  return deployments.flatMap((deployment) => {
    const head = [deployment.serverName, deployment.stackId, deployment.current?.id ?? '—', deployment.health];
    if (deployment.containers.length === 0) return [[...head, '—', '—', '']];
    return deployment.containers.map((container, index) => [
      ...(index === 0 ? head : ['', '', '', '']),
      container.service,
      container.state,
      `${container.status} ${container.ports.join(' ')}`.trim(),
    ]);
  });
}

async function status(context: CliContext, id: string | undefined, options: { on: string }): Promise<void> {
  const { deployments } = await (await context.client()).stacks.status({ selector: options.on, ...(id === undefined ? {} : { id: id as StackId }) });
  if (context.output.json) return context.output.document({ deployments });
  if (deployments.length === 0) return context.output.note('Nothing is deployed there.');
  for (const line of table(['SERVER', 'STACK', 'RELEASE', 'HEALTH', 'SERVICE', 'STATE', 'DETAIL'], statusRows(deployments), context.output))
    context.output.line(line);
}

async function releases(context: CliContext, id: string, options: { on: string }): Promise<void> {
  const client = await context.client();
  const { servers } = await client.servers.list({ selector: options.on });
  const all = await Promise.all(
    servers.map(async (server) => ({ server: server.name, releases: (await client.stacks.releases({ id: id as StackId, server: server.name })).releases })),
  );
  if (context.output.json) return context.output.document({ releases: all });
  const rows = all.flatMap((entry) =>
    entry.releases.map((release) => [
      entry.server,
      release.id,
      release.state,
      new Date(release.createdAtMs).toISOString(),
      release.who,
      release.images.map((image) => image.reference).join(' '),
    ]),
  );
  for (const line of table(['SERVER', 'RELEASE', 'STATE', 'MADE', 'BY', 'IMAGES'], rows, context.output)) context.output.line(line);
}

async function logs(context: CliContext, id: string, options: { on: string; service?: string[]; follow?: boolean; tail?: number }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const leave = new AbortController();
  process.once('SIGINT', () => leave.abort());
  const stream = await client.stacks.logs(
    { id: id as StackId, selector: options.on, services: options.service ?? [], follow: options.follow ?? false, tail: options.tail ?? 200 },
    { signal: leave.signal },
  );
  try {
    await consumeStream(client, stream, (frame) => {
      if (frame.type === 'gap') output.note(`— lines are missing here: ${frame.reason} —`);
      if (frame.type === 'end') output.note(frame.reason);
      if (frame.type !== 'items') return true;
      for (const item of frame.items) {
        if (output.json) output.document(item);
        else output.line(`${output.style('cyan', `${item.serverName}/${item.service}`)}  ${harmless(item.text)}`);
      }
      return true;
    });
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  }
}

const onOption = ['--on <selector>', 'which servers'] as const;
const confirmOption = ['--confirm <name>', 'for production: the name of the server or the selector'] as const;

/** `pilothouse stacks …`: deploy, update and look after compose stacks. */
export function stacksCommand(run: Run): Command {
  const stacks = new Command('stacks').description('compose stacks: deploy, update, roll back');
  const verb = (usage: string, description: string, example: string) =>
    stacks.command(usage).description(description).addHelpText('after', `\nExample: pilothouse stacks ${example}`);
  verb('catalog', 'stacks that can be deployed', 'catalog').action(run(catalog));
  verb('show <id>', 'services and parameters', 'show privaxai').action(run(show));
  addChoiceOptions(
    verb('render <id>', 'the files as they would be written, secrets left as names', 'render privaxai --set model=qwen2.5-coder:7b --environment staging'),
    { roles: false },
  )
    .addOption(new Option('--environment <name>', 'as for servers of this environment').choices(['development', 'staging', 'production']))
    .action(run(render));
  addChoiceOptions(
    verb('deploy <id>', 'deploy a release behind its health gate; a failed one is rolled back', 'deploy privaxai --on gpu-1 --set gatewayPort=8000'),
    { roles: true },
  )
    .requiredOption(...onOption)
    .option('--plan <id>', 'exactly this plan, or nothing where the server has moved since')
    .option('--secret-file <file>', 'lines of NAME=value')
    .option('--strategy <strategy>', 'all, rolling[:N] or canary[:N]', strategy)
    .option('--max-failures <n>', 'servers that may fail before the rest is not begun', integer)
    .option('--soak <seconds>', 'how long each release is watched after its gates', integer)
    .option('--note <text>', 'kept with the release')
    .option('--accept <rule>', 'errors of this rule of lint are accepted; may be given several times', collect)
    .option('--output', 'show the output of the steps as it comes')
    .option('--detach', 'start it and return; prints the id')
    .option(...confirmOption)
    .action(run(deploy));
  verb('rollback <id>', 'go back to the previous release, or to a given one', 'rollback privaxai --on gpu-1 --to r3')
    .requiredOption(...onOption)
    .option('--to <release>', 'which release')
    .option(...confirmOption)
    .action(run(rollback));
  verb('status [id]', 'what runs where', 'status privaxai --on all')
    .requiredOption(...onOption)
    .action(run(status));
  verb('releases <id>', 'releases as the servers have recorded them', 'releases privaxai --on gpu-1')
    .requiredOption(...onOption)
    .action(run(releases));
  verb('logs <id>', 'logs of its containers', 'logs privaxai --on gpu-1 --follow')
    .requiredOption(...onOption)
    .option('--service <name>', 'only this service; may be given several times', collect)
    .option('--tail <lines>', 'of each container', integer)
    .option('--follow', 'go on until Ctrl-C')
    .action(run(logs));
  verb('restart <id>', 'restart services as they are', 'restart privaxai --on gpu-1 --service tensorzero')
    .requiredOption(...onOption)
    .option('--service <name>', 'only this service', collect)
    .option(...confirmOption)
    .action(run(restart));
  verb('down <id>', 'stop and remove its containers; data and releases stay', 'down privaxai --on gpu-1')
    .requiredOption(...onOption)
    .option(...confirmOption)
    .action(run(down));
  addPlanCommands(stacks, run);
  addDay2Commands(stacks, run);
  addInventoryCommand(stacks, run);
  addLintCommand(stacks, run);
  addProjectCommands(stacks, run);
  addTestCommands(stacks, run);
  return stacks;
}
