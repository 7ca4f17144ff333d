import { Command } from 'commander';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { Strategy } from '../../../../shared/model/operation.ts';
import type { InputDefinition } from '../../../../shared/model/workflow.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { assignment, strategy } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface RunOptions {
  on: string;
  input?: Record<string, string>;
  checkOnly?: boolean;
  strategy?: Strategy;
  confirm?: string;
  detach?: boolean;
  output?: boolean;
}

/** Inputs of a workflow or parameters of a stack as aligned lines. */
export function inputLines(inputs: readonly InputDefinition[], context: CliContext): string[] {
  const rows = inputs.map((input) => [
    input.name,
    input.type === 'choice' ? (input.choices ?? []).join('|') : input.type,
    input.default ?? '(must be given)',
    input.title,
  ]);
  return inputs.length === 0 ? [] : table(['NAME', 'TYPE', 'DEFAULT', 'WHAT'], rows, context.output);
}

async function list(context: CliContext): Promise<void> {
  const { workflows } = await (await context.client()).workflows.list({});
  if (context.output.json) return context.output.document({ workflows });
  for (const line of table(
    ['ID', 'KIND', 'STEPS', 'TITLE'],
    workflows.map((workflow) => [workflow.id, workflow.kind, String(workflow.stepCount), workflow.title]),
    context.output,
  ))
    context.output.line(line);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const workflow = await (await context.client()).workflows.show({ id: id as WorkflowId });
  if (output.json) return output.document({ workflow });
  output.line(`${output.style('bold', workflow.title)}  ${workflow.id} version ${workflow.version}`);
  output.line(workflow.summary);
  output.line('');
  for (const line of table(
    ['STEP', 'TITLE', 'WHY'],
    workflow.steps.map((step) => [step.id, step.title, step.why.replaceAll('\n', ' ')]),
    output,
  ))
    output.line(line);
  output.line('');
  for (const line of inputLines(workflow.inputs, context)) output.line(line);
}

async function runWorkflow(context: CliContext, id: string, options: RunOptions): Promise<void> {
  const client = await context.client();
  const { operation } = await guarded(context, options.confirm, (confirm) =>
    client.workflows.run({
      requestId: newRequestId(),
      id: id as WorkflowId,
      selector: options.on,
      inputs: options.input ?? {},
      checkOnly: options.checkOnly ?? false,
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...confirm,
    }),
  );
  if (options.detach) {
    if (context.output.json) context.output.document({ operation });
    else context.output.line(operation.id);
    return;
  }
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: options.output ?? false }));
}

/** `pilothouse workflows …`: checklists and runbooks. */
export function workflowsCommand(run: Run): Command {
  const workflows = new Command('workflows').description('checklists and runbooks');
  workflows.command('list').description('the catalogue').addHelpText('after', '\nExample: pilothouse workflows list').action(run(list));
  workflows.command('show <id>').description('steps and inputs').addHelpText('after', '\nExample: pilothouse workflows show day1-base').action(run(show));
  workflows
    .command('run <id>')
    .description('run it on servers; a step that is satisfied already is skipped with proof')
    .requiredOption('--on <selector>', 'which servers')
    .option('--input <key=value>', 'an input; may be given several times', assignment)
    .option('--check-only', 'look only, change nothing')
    .option('--strategy <strategy>', 'all, rolling[:N] or canary[:N]', strategy)
    .option('--output', 'show the output of the steps as it comes')
    .option('--detach', 'start it and return; prints the id')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .addHelpText('after', '\nExample: pilothouse workflows run day1-base --on gpu-1 --input operatorLogin=ops')
    .action(run(runWorkflow));
  return workflows;
}
