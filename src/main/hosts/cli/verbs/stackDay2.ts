import type { Command } from 'commander';
import type { PruneList, ValueScope } from '../../../../shared/contract/stackDay2.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { Environment } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { collect, integer } from '../parseOptions.ts';
import { harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { printPlans } from './stackPlan.ts';

interface OnOptions {
  on: string;
  confirm?: string;
}

async function conclude(context: CliContext, { operation }: { operation: Operation }): Promise<void> {
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: false }));
}

async function drift(context: CliContext, id: string, options: { on: string }): Promise<void> {
  const { output } = context;
  const { deployments } = await (await context.client()).stackDay2.drift({ id: id as StackId, selector: options.on });
  if (output.json) return output.document({ deployments });
  for (const { serverName, release, items, unknowns } of deployments) {
    output.line(
      `${output.style('bold', serverName)}  ${release ?? 'nothing runs'}  ${items.length === 0 ? 'as in the release' : `${items.length} differences`}`,
    );
    const way = ({ possible }: { possible: boolean }) => (possible ? 'yes' : 'no');
    const rows = items.map((item) => [
      `  ${item.id}`,
      harmless(item.said),
      harmless(item.desired ?? ''),
      harmless(item.live ?? ''),
      way(item.adopt),
      way(item.revert),
    ]);
    if (rows.length > 0) for (const line of table(['  ITEM', 'WHAT', 'RELEASE', 'SERVER', 'ADOPT', 'REVERT'], rows, output)) output.line(line);
    for (const unknown of unknowns) output.line(`  ${output.style('yellow', 'unknown')} ${harmless(unknown)}`);
  }
}

function settleDrift(way: 'adopt' | 'revert') {
  return async (context: CliContext, id: string, items: string[], options: OnOptions): Promise<void> => {
    const client = await context.client();
    const request = { id: id as StackId, selector: options.on, items };
    await conclude(context, await guarded(context, options.confirm, (confirm) => client.stackDay2[way]({ requestId: newRequestId(), ...request, ...confirm })));
  };
}

function services(verb: 'start' | 'stop') {
  return async (context: CliContext, id: string, options: OnOptions & { service?: string[] }): Promise<void> => {
    const client = await context.client();
    const request = { id: id as StackId, selector: options.on, services: options.service ?? [] };
    await conclude(
      context,
      await guarded(context, options.confirm, (confirm) => client.stackDay2[verb]({ requestId: newRequestId(), ...request, ...confirm })),
    );
  };
}

async function setValues(context: CliContext, id: string, given: string[], options: OnOptions & { yes?: boolean; diff?: boolean }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const request = { id: id as StackId, selector: options.on, parameters: assignments(given), base: 'current' as const };
  const made = await client.stacks.plan(request);
  if (options.yes !== true) {
    if (output.json) output.document(made);
    else {
      printPlans(made, output, { diff: options.diff ?? true });
      output.note('Nothing was changed. With --yes it is.');
    }
    return;
  }
  if (!output.json) printPlans(made, output, { diff: false });
  if (made.plans.some(({ shortfalls }) => shortfalls.length > 0)) throw new ExitWith(exitCodes.refused);
  const started = await guarded(context, options.confirm, (confirm) =>
    client.stacks.deploy({ requestId: newRequestId(), ...request, planId: made.planId, note: `set ${given.join(' ')}`.slice(0, 500), ...confirm }),
  );
  await conclude(context, started);
}

async function models(context: CliContext, id: string, options: { on: string }): Promise<void> {
  const held = await (await context.client()).stackDay2.models({ id: id as StackId, selector: options.on });
  if (context.output.json) return context.output.document(held);
  const rows = held.models.map((model) => [
    model.serverName,
    model.service,
    harmless(model.name),
    model.digest.slice(0, 12),
    mib(model.bytes),
    model.kept ? 'kept for the way back' : '',
  ]);
  for (const line of table(['SERVER', 'SERVICE', 'MODEL', 'DIGEST', 'SIZE', ''], rows, context.output)) context.output.line(line);
}

async function updateModel(context: CliContext, id: string, model: string, options: OnOptions & { service?: string }): Promise<void> {
  const client = await context.client();
  const request = { id: id as StackId, selector: options.on, model, ...(options.service === undefined ? {} : { service: options.service }) };
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) => client.stackDay2.updateModel({ requestId: newRequestId(), ...request, ...confirm })),
  );
}

async function prune(context: CliContext, id: string, options: OnOptions & { keep?: number; volume?: string[]; yes?: boolean }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const target = { id: id as StackId, selector: options.on, ...(options.keep === undefined ? {} : { keep: options.keep }) };
  const found = await client.stackDay2.prunable(target);
  if (output.json && options.yes !== true) return output.document(found);
  if (!output.json) for (const line of pruneLines(found.lists, options.volume ?? [], output)) output.line(line);
  if (options.yes !== true) return output.note('Nothing was removed. With --yes what goes is.');
  const volumes = options.volume ?? [];
  await conclude(
    context,
    await guarded(context, options.confirm, (confirm) => client.stackDay2.prune({ requestId: newRequestId(), ...target, volumes, ...confirm })),
  );
}

/** What a prune would remove, as lines for people. */
export function pruneLines(lists: readonly PruneList[], volumes: readonly string[], output: Parameters<typeof table>[2]): string[] {
  const rows = lists.flatMap(({ serverName, items }) =>
    items.map((item) => {
      const goes = item.goes || (item.kind === 'volume' && volumes.includes(item.name));
      return [serverName, item.kind, harmless(item.name), item.bytes === null ? '' : mib(item.bytes), goes ? 'goes' : 'stays', harmless(item.why)];
    }),
  );
  return rows.length === 0 ? [] : table(['SERVER', 'WHAT', 'NAME', 'SIZE', '', 'WHY'], rows, output);
}

async function values(context: CliContext, id: string | undefined): Promise<void> {
  const found = await (await context.client()).stackDay2.valueSets(id === undefined ? {} : { id: id as StackId });
  if (context.output.json) return context.output.document(found);
  const rows = found.sets.flatMap((set) =>
    Object.entries(set.values).map(([name, value]) => [set.stackId, scopeName(set.scope), name, harmless(value), set.who]),
  );
  for (const line of table(['STACK', 'FOR', 'PARAMETER', 'VALUE', 'BY'], rows, context.output)) context.output.line(line);
}

interface ScopeOptions {
  environment?: Environment;
  server?: string;
}

async function changeValues(context: CliContext, id: string, given: string[], options: ScopeOptions): Promise<void> {
  const { environment, server } = options;
  const scope: ValueScope | null = server !== undefined ? { server } : environment !== undefined ? { environment } : null;
  if (scope === null || (server !== undefined && environment !== undefined)) {
    context.output.problem('Say for what: --environment or --server, one of the two.');
    throw new ExitWith(exitCodes.usage);
  }
  const unset = given.filter((text) => !text.includes('='));
  const set = assignments(given.filter((text) => text.includes('=')));
  const changed = await (await context.client()).stackDay2.changeValues({ requestId: newRequestId(), id: id as StackId, scope, set, unset });
  if (context.output.json) return context.output.document(changed);
  for (const [name, value] of Object.entries(changed.values)) context.output.line(`${name}=${harmless(value)}`);
}

function assignments(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function scopeName(scope: ValueScope): string {
  return 'environment' in scope ? scope.environment : scope.server;
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`;
}

const onOption = ['--on <selector>', 'which servers'] as const;
const confirmOption = ['--confirm <name>', 'for production: the name of the server or the selector'] as const;

/** Adds to `pilothouse stacks` what is done with a deployment between two releases. */
export function addDay2Commands(stacks: Command, run: Run): void {
  const verb = (parent: Command, usage: string, description: string, example: string) =>
    parent.command(usage).description(description).addHelpText('after', `\nExample: pilothouse stacks ${example}`);
  const drifts = verb(stacks, 'drift', 'what differs on servers from the release that runs there', 'drift privaxai --on gpu-1');
  drifts
    .command('show <id>', { isDefault: true })
    .description('show it')
    .requiredOption(...onOption)
    .action(run(drift));
  for (const way of ['adopt', 'revert'] as const)
    verb(
      drifts,
      `${way} <id> <item...>`,
      way === 'adopt' ? 'make a release with it' : 'make it as in the release',
      `drift ${way} privaxai gateway.restart --on gpu-1`,
    )
      .requiredOption(...onOption)
      .option(...confirmOption)
      .action(run(settleDrift(way)));
  for (const each of ['start', 'stop'] as const)
    verb(
      stacks,
      `${each} <id>`,
      each === 'start' ? 'start containers that are there' : 'stop containers and leave them there',
      `${each} privaxai --on gpu-1 --service ollama`,
    )
      .requiredOption(...onOption)
      .option('--service <name>', 'only this service; may be given several times', collect)
      .option(...confirmOption)
      .action(run(services(each)));
  verb(
    stacks,
    'set <id> <key=value...>',
    'change parameters of what runs: shows the plan, and does it with --yes',
    'set privaxai contextLength=16384 --on gpu-1 --yes',
  )
    .requiredOption(...onOption)
    .option('--yes', 'do it')
    .option('--no-diff', 'do not show what changes in files')
    .option(...confirmOption)
    .action(run(setValues));
  verb(stacks, 'models <id>', 'models that its services hold', 'models privaxai --on gpu-1')
    .requiredOption(...onOption)
    .action(run(models));
  verb(stacks, 'model-update <id> <model>', 'pull a model anew, and go back where it does not answer', 'model-update privaxai qwen2.5-coder:7b --on gpu-1')
    .requiredOption(...onOption)
    .option('--service <name>', 'the service that holds it')
    .option(...confirmOption)
    .action(run(updateModel));
  verb(stacks, 'prune <id>', 'what no rollback needs: shows it, and removes it with --yes', 'prune privaxai --on gpu-1 --yes')
    .requiredOption(...onOption)
    .option('--keep <number>', 'good releases that stay', integer)
    .option('--volume <name>', 'remove this volume too, with its data', collect)
    .option('--yes', 'do it')
    .option(...confirmOption)
    .action(run(prune));
  const sets = verb(stacks, 'values', 'values that deploys use where none are given', 'values list privaxai');
  verb(sets, 'list [id]', 'list them', 'values list privaxai').action(run(values));
  verb(
    sets,
    'set <id> <key=value...>',
    'change them; a name alone goes back to the default',
    'values set privaxai contextLength=16384 model --environment staging',
  )
    .option('--environment <name>', 'development, staging or production')
    .option('--server <name>', 'one server')
    .action(run(changeValues));
}
