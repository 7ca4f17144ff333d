import { Command } from 'commander';
import type { OperationId } from '../../../../shared/model/ids.ts';
import type { Operation, OperationSummary, OutputEntry } from '../../../../shared/model/operation.ts';
import { askedQuestions } from '../answerQuestion.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation, followOutput } from '../followOperation.ts';
import { OutputPrinter } from '../outputPrinter.ts';
import { duration, table } from '../terminalText.ts';
import { uploadFile } from '../uploadFile.ts';
import { addEvidenceVerbs } from './evidence.ts';
import { reportExec } from './exec.ts';
import type { Run } from './run.ts';

function row(operation: OperationSummary, nowMs: number): string[] {
  const progress = `${operation.cellsFinished}/${operation.cellsTotal}`;
  const age = `${duration(nowMs - operation.createdAtMs)} ago`;
  return [
    operation.id,
    operation.state,
    progress,
    operation.targets
      .map((target) => target.name)
      .join(',')
      .slice(0, 40),
    operation.who,
    age,
    operation.title,
  ];
}

async function list(context: CliContext, kind: string | undefined, options: { open?: boolean }): Promise<void> {
  const filter = { ...(options.open ? { open: true } : {}), ...(kind === undefined ? {} : { kind }) };
  const { operations } = await (await context.client()).operations.list(filter);
  if (context.output.json) return context.output.document({ operations });
  if (operations.length === 0) return context.output.note('There are none.');
  for (const line of table(
    ['ID', 'STATE', 'STEPS', 'SERVERS', 'WHO', 'STARTED', 'WHAT'],
    operations.map((operation) => row(operation, Date.now())),
    context.output,
  ))
    context.output.line(line);
}

async function follow(context: CliContext, id: string): Promise<void> {
  await followed(context, id as OperationId);
}

/** Follows an operation to its end and tells how it went; a command on several servers by groups. */
async function followed(context: CliContext, id: OperationId): Promise<never> {
  const { kind } = await (await context.client()).operations.get({ id });
  if (kind === 'exec') return reportExec(context, id, {});
  return concludeOperation(context, await followOperation(context, id, { showOutput: true }));
}

async function show(context: CliContext, id: string, options: { output?: boolean }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const operation = await client.operations.get({ id: id as OperationId });
  const ended = operation.finishedAtMs !== null;
  if (output.json) {
    const entries: OutputEntry[] = [];
    if (options.output && ended) await followOutput(client, operation.id, (entry) => void entries.push(entry));
    return output.document(options.output ? { operation, output: entries } : { operation });
  }
  printMatrix(context, operation);
  if (options.output && ended) {
    const printer = new OutputPrinter(output, operation);
    await followOutput(client, operation.id, (entry) => printer.print(entry));
    printer.end();
  }
}

function printMatrix(context: CliContext, operation: Operation): void {
  const { output } = context;
  output.line(`${output.style('bold', operation.title)}  ${operation.state}  ${operation.id}  by ${operation.who}`);
  const rows = operation.steps.map((step) => [
    step.title,
    ...operation.targets.map((target) => {
      const cell = operation.cells.find((candidate) => candidate.serverId === target.serverId && candidate.stepId === step.id);
      return cell === undefined ? '' : `${cell.state}${cell.detail === null ? '' : ` (${cell.detail})`}`;
    }),
  ]);
  for (const line of table(['STEP', ...operation.targets.map((target) => target.name)], rows, output)) output.line(line);
}

async function change(context: CliContext, id: string, verb: 'cancel' | 'pause' | 'resume'): Promise<void> {
  const client = await context.client();
  const { operation } = await client.operations[verb]({ requestId: newRequestId(), id: id as OperationId });
  if (verb === 'resume') return concludeOperation(context, await followOperation(context, operation.id, { showOutput: true }));
  if (context.output.json) context.output.document({ operation });
  else context.output.line(`${operation.id} is ${operation.state}.`);
}

async function cellOf(context: CliContext, id: string, given: string | undefined, server: string | undefined) {
  const operation = await (await context.client()).operations.get({ id: id as OperationId });
  const targets = server === undefined ? operation.targets : operation.targets.filter((target) => target.name === server);
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new UsageError(`Say which server: --server ${operation.targets.map((candidate) => candidate.name).join('|')}.`);
  const step = given ?? (operation.steps.length === 1 ? operation.steps[0]?.id : undefined);
  if (step === undefined || !operation.steps.some((candidate) => candidate.id === step))
    throw new UsageError(`There is no step ${step ?? '(none given)'}. Steps: ${operation.steps.map((candidate) => candidate.id).join(', ')}.`);
  return { id: operation.id, serverId: target.serverId, stepId: step, requestId: newRequestId() };
}

async function retry(context: CliContext, id: string, step: string | undefined, options: { server?: string }): Promise<void> {
  const client = await context.client();
  if (step === undefined && options.server === undefined) await client.operations.retryFailed({ id: id as OperationId, requestId: newRequestId() });
  else await client.operations.retryCell(await cellOf(context, id, step, options.server));
  await followed(context, id as OperationId);
}

async function cancel(context: CliContext, id: string, options: { server?: string; step?: string }): Promise<void> {
  if (options.server === undefined) return change(context, id, 'cancel');
  const { operation } = await (await context.client()).operations.cancelCell(await cellOf(context, id, options.step, options.server));
  if (context.output.json) return context.output.document({ operation });
  context.output.note(`${options.server} is being cancelled; the others go on.`);
}

async function answer(
  context: CliContext,
  id: string,
  step: string,
  value: string,
  options: { server?: string; note?: string; attach?: string[] },
): Promise<void> {
  const client = await context.client();
  const operation = await client.operations.get({ id: id as OperationId });
  const target = operation.targets.find(({ name }) => name === options.server);
  if (options.server !== undefined && target === undefined) throw new UsageError(`It has no server ${options.server}.`);
  const asked = askedQuestions(operation).filter(
    ({ stepId, servers }) => stepId === step && (target === undefined || servers.some(({ id }) => id === target.serverId)),
  );
  if (asked.length === 0) {
    const open = askedQuestions(operation).map(({ stepId }) => stepId);
    throw new UsageError(
      open.length === 0 ? 'It asks nothing right now.' : `That step asks nothing right now. Steps that do: ${[...new Set(open)].join(', ')}.`,
    );
  }
  const attachments: string[] = [];
  for (const given of options.attach ?? [])
    attachments.push(
      given.startsWith('att_')
        ? given
        : (await uploadFile(client, given, { id: operation.id, stepId: step, ...(target !== undefined && { serverId: target.serverId }) })).id,
    );
  await client.operations.answer({
    ...{ requestId: newRequestId(), id: operation.id, stepId: step },
    ...(target !== undefined && { serverIds: [target.serverId] }),
    answer: { value, ...(options.note !== undefined && { note: options.note }), ...(attachments.length > 0 && { attachments }) },
  });
  await followed(context, operation.id);
}

async function skip(context: CliContext, id: string, step: string, options: { server?: string; reason: string }): Promise<void> {
  const cell = await cellOf(context, id, step, options.server);
  await (await context.client()).operations.skipCell({ ...cell, reason: options.reason });
  concludeOperation(context, await followOperation(context, cell.id, { showOutput: true }));
}

function addVerbs(parent: Command, run: Run, word: string, listKind: string | undefined): Command {
  parent
    .command('list')
    .description(`${word}s, newest first`)
    .option('--open', 'only those that are not finished')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} list --open`)
    .action(run((context, options: { open?: boolean }) => list(context, listKind, options)));
  parent
    .command('show <id>')
    .description(`the matrix of a ${word}`)
    .option('--output', 'with all its output')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} show op_… --output`)
    .action(run(show));
  parent
    .command('follow <id>')
    .description('follow it to its end')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} follow op_…`)
    .action(run(follow));
  parent
    .command('cancel <id>')
    .description('cancel it, or one server of it')
    .option('--server <name>', 'this one alone; the others go on')
    .option('--step <step>', 'which step of it, where there are several')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} cancel op_… --server gpu-1`)
    .action(run(cancel));
  for (const verb of ['pause', 'resume'] as const) {
    parent
      .command(`${verb} <id>`)
      .description(`${verb} it`)
      .addHelpText('after', `\nExample: pilothouse ${parent.name()} ${verb} op_…`)
      .action(run((context, id: string) => change(context, id, verb)));
  }
  parent
    .command('retry <id> [step]')
    .description('run again what failed; with a step, that one on one server')
    .option('--server <name>', 'which server')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} retry op_…\n         pilothouse ${parent.name()} retry op_… docker --server gpu-1`)
    .action(run(retry));
  parent
    .command('answer <id> <step> <value>')
    .description('answer what a step asks; without --server for all servers that ask it')
    .option('--server <name>', 'for this server alone')
    .option('--note <text>', 'why, or what proves it')
    .option('--attach <file...>', 'files that prove it, or ids of files that are attached already')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} answer op_… sign-off done --note "Mara looked at the ports"`)
    .action(run(answer));
  parent
    .command('skip <id> <step>')
    .description('leave a failed or waiting step out, with a reason that is kept')
    .option('--server <name>', 'which server')
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', `\nExample: pilothouse ${parent.name()} skip op_… swap --server gpu-1 --reason "no swap wanted"`)
    .action(run(skip));
  return parent;
}

/** `pilothouse operations …` and, for runs of workflows, `pilothouse runs …`. */
export function operationsCommands(run: Run): Command[] {
  const runs = addVerbs(new Command('runs').description('runs of workflows'), run, 'run', 'workflow');
  addEvidenceVerbs(runs, run);
  return [addVerbs(new Command('operations').description('everything that runs longer than a moment'), run, 'operation', undefined), runs];
}
