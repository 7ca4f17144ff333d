import type { Command } from 'commander';
import type { DeployPlan } from '../../../../shared/contract/stackPlans.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { readSecretFile } from '../secretFile.ts';
import { harmless, type Output, table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { addChoiceOptions, type ChoiceOptions, choiceOf } from './stackChoice.ts';

interface PlanOptions extends ChoiceOptions {
  on: string;
  current?: boolean;
  secretFile?: string;
  diff?: boolean;
  registry?: boolean;
}

async function plan(context: CliContext, id: string, options: PlanOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const secrets = options.secretFile === undefined ? {} : await readSecretFile(options.secretFile);
  const base = options.current ? ('current' as const) : ('definition' as const);
  const request = { id: id as StackId, selector: options.on, ...choiceOf(options), secrets, base, registry: options.registry ?? true };
  const made = await client.stacks.plan(request);
  if (output.json) output.document(made);
  else printPlans(made, output, { diff: options.diff ?? false });
  if (made.plans.some((entry) => entry.shortfalls.length > 0)) throw new ExitWith(exitCodes.refused);
}

/** Writes plans for people, with the id by which exactly this one can be carried out. */
export function printPlans(made: { planId: string; plans: readonly DeployPlan[] }, output: Output, options: { diff: boolean }): void {
  for (const entry of made.plans) for (const line of planLines(entry, output, options)) output.line(line);
  output.note(`Plan ${made.planId}: "pilothouse stacks deploy … --plan ${made.planId}" does exactly this, or nothing.`);
}

/** A plan as lines for people. */
export function planLines(plan: DeployPlan, output: Output, options: { diff: boolean }): string[] {
  const lines = [`${output.style('bold', plan.serverName)}  ${plan.from ?? 'nothing'} → ${plan.release}`];
  const rows = plan.services.map((service) => [`  ${service.name}`, service.effect, harmless(service.why), duringIt(service)]);
  lines.push(...table(['  SERVICE', 'EFFECT', 'WHY', ''], rows, output));
  for (const { name, from, to } of plan.parameters) lines.push(`  parameter ${name}: ${harmless(from ?? 'none')} → ${harmless(to ?? 'none')}`);
  for (const file of plan.files) {
    lines.push(`  file ${harmless(file.path)} ${file.change}${file.services.length === 0 ? '' : ` (${file.services.join(', ')})`}`);
    if (options.diff && file.diff !== '')
      lines.push(
        ...file.diff
          .trimEnd()
          .split('\n')
          .map((line) => `    ${tinted(harmless(line), output)}`),
      );
  }
  for (const { name, change } of plan.secrets) if (change !== 'kept') lines.push(`  secret ${name} ${change}`);
  for (const [word, resources] of [
    ['network', plan.networks],
    ['volume', plan.volumes],
  ] as const)
    for (const { name, effect, why } of resources) if (effect !== 'keep') lines.push(`  ${word} ${name} ${effect}: ${harmless(why)}`);
  for (const image of plan.pulls?.images ?? [])
    if (image.state !== 'present')
      lines.push(
        `  image ${image.reference} ${image.state}${image.bytes === null ? '' : `, ${mib(image.bytes)} to pull`}${image.why === null ? '' : `: ${harmless(image.why)}`}`,
      );
  if (plan.downtime !== undefined && plan.downtime.seconds !== 0)
    lines.push(
      `  not answering for ${plan.downtime.seconds === null ? 'an unknown time' : `about ${plan.downtime.seconds} s`}: ${harmless(plan.downtime.why)}`,
    );
  for (const item of plan.drift) lines.push(`  ${output.style('yellow', 'drift')} ${item.id}: ${harmless(item.said)}`);
  for (const { severity, trap, rule, reason } of plan.findings)
    if (severity !== 'note') lines.push(`  ${output.style(severity === 'error' ? 'red' : 'yellow', severity)} ${trap ?? rule}: ${harmless(reason)}`);
  for (const shortfall of plan.shortfalls) lines.push(`  ${output.style('red', 'short')} ${harmless(shortfall)}`);
  for (const unknown of plan.unknowns) lines.push(`  ${output.style('yellow', 'unknown')} ${harmless(unknown)}`);
  return lines;
}

function duringIt({ downtime, requestsRunning }: DeployPlan['services'][number]): string {
  const parts = [
    ...(downtime === undefined ? [] : [downtime.seconds === null ? '? s' : `${downtime.seconds} s`]),
    ...(requestsRunning === undefined ? [] : [requestsRunning === null ? 'requests unknown' : `${requestsRunning} requests running`]),
  ];
  return parts.join(', ');
}

function tinted(line: string, output: Output): string {
  if (line.startsWith('+')) return output.style('green', line);
  if (line.startsWith('-')) return output.style('red', line);
  return line;
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`;
}

async function plans(context: CliContext, id: string | undefined): Promise<void> {
  const kept = await (await context.client()).stackPlans.list(id === undefined ? {} : { stackId: id as StackId });
  if (context.output.json) return context.output.document(kept);
  const rows = kept.plans.map((each) => [each.id, each.stackId, each.selector, new Date(each.createdAtMs).toISOString(), each.who]);
  for (const line of table(['PLAN', 'STACK', 'ON', 'MADE', 'BY'], rows, context.output)) context.output.line(line);
}

/** Adds `plan` and `plans` to `pilothouse stacks`. */
export function addPlanCommands(stacks: Command, run: Run): void {
  addChoiceOptions(stacks.command('plan <id>'), { roles: true })
    .description('what a deploy would do, why, for how long, and what stands in its way')
    .addHelpText('after', '\nExample: pilothouse stacks plan privaxai --on gpu-1 --set model=qwen2.5-coder:7b --diff')
    .requiredOption('--on <selector>', 'which servers')
    .option('--current', 'begin with the parameters of the release that runs')
    .option('--secret-file <file>', 'lines of NAME=value')
    .option('--diff', 'show what changes in files')
    .option('--no-registry', 'do not ask registries which images are new')
    .action(run(plan));
  stacks
    .command('plans [id]')
    .description('plans that were made on this computer')
    .addHelpText('after', '\nExample: pilothouse stacks plans privaxai')
    .action(run(plans));
}
