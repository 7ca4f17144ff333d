import { Command } from 'commander';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { incidentIdSchema } from '../../../../shared/model/incident.ts';
import type { InputDefinition } from '../../../../shared/model/inputDefinition.ts';
import type { Strategy } from '../../../../shared/model/operation.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { assignment, strategy } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { addWorkflowTools } from './workflowTools.ts';

interface RunOptions {
  on: string;
  input?: Record<string, string>;
  checkOnly?: boolean;
  only?: string[];
  strategy?: Strategy;
  confirm?: string;
  detach?: boolean;
  output?: boolean;
  from?: string;
  outsideWindow?: string;
  incident?: string;
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

async function list(context: CliContext, options: { own?: boolean }): Promise<void> {
  const library = await (await context.client()).workflows.list({});
  const workflows = library.workflows.filter(({ own }) => own || options.own !== true);
  const { broken } = library;
  if (context.output.json) return context.output.document({ workflows, broken });
  for (const line of table(
    ['ID', 'KIND', 'STEPS', 'TITLE'],
    workflows.map((workflow) => [workflow.id, workflow.own ? `${workflow.kind}, own` : workflow.kind, String(workflow.stepCount), workflow.title]),
    context.output,
  ))
    context.output.line(line);
  for (const { file, issues } of broken) context.output.note(`${file} cannot be used: ${issues.join('; ')}`);
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
  const incident = options.incident === undefined ? null : await incidentFor(context, options.incident, id, options.on);
  const { operation } = await guarded(context, options.confirm, (confirm) => {
    const request = {
      requestId: newRequestId(),
      selector: options.on,
      inputs: options.input ?? {},
      checkOnly: options.checkOnly ?? false,
      ...(options.only === undefined ? {} : { only: options.only }),
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.outsideWindow === undefined ? {} : { outsideWindow: options.outsideWindow }),
      ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
      ...confirm,
    };
    const workflow = id as WorkflowId;
    return incident === null ? client.workflows.run({ ...request, id: workflow }) : client.incidents.run({ ...request, id: incident, workflow });
  });
  if (options.detach) {
    if (context.output.json) context.output.document({ operation });
    else context.output.line(operation.id);
    return;
  }
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: options.output ?? false }));
}

/** The open incident of that number; anything else is the title of one that is opened. */
async function incidentFor(context: CliContext, named: string, workflow: string, selector: string): Promise<string> {
  if (incidentIdSchema.safeParse(named).success) return named;
  const client = await context.client();
  const { title: name } = await client.workflows.show({ id: workflow as WorkflowId });
  const { incident } = await client.incidents.open({ requestId: newRequestId(), title: named, level: 1, selector, source: { kind: 'runbook', name } });
  context.output.note(`Opened ${incident.id}: ${incident.title}`);
  return incident.id;
}

/** `pilothouse workflows …`: checklists and runbooks. */
export function workflowsCommand(run: Run): Command {
  const workflows = new Command('workflows').description('checklists and runbooks');
  workflows
    .command('list')
    .description('the catalogue, with the definitions of your own folder')
    .option('--own', 'those of your own folder only')
    .addHelpText('after', '\nExample: pilothouse workflows list')
    .action(run(list));
  workflows.command('show <id>').description('steps and inputs').addHelpText('after', '\nExample: pilothouse workflows show day1-base').action(run(show));
  workflows
    .command('run <id>')
    .description('run it on servers; a step that is satisfied already is skipped with proof')
    .requiredOption('--on <selector>', 'which servers')
    .option('--input <key=value>', 'an input; may be given several times', assignment)
    .option('--check-only', 'look only, change nothing')
    .option('--only <steps>', 'these steps alone, with commas between them', (value) => value.split(','))
    .option('--from <step>', 'leave out the steps before this one')
    .option('--strategy <strategy>', 'all, rolling[:N] or canary[:N]', strategy)
    .option('--output', 'show the output of the steps as it comes')
    .option('--incident <id>', 'part of this incident, whose evidence is kept first; with a title instead, one is opened')
    .option('--detach', 'start it and return; prints the id')
    .option('--outside-window <reason>', 'why it cannot wait for a maintenance window; stands in its output')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .addHelpText('after', '\nExample: pilothouse workflows run day1-base --on gpu-1 --input operatorLogin=ops')
    .action(run(runWorkflow));
  addWorkflowTools(workflows, run);
  return workflows;
}
