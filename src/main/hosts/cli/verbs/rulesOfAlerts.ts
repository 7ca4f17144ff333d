import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { backtestLines, problemLine } from '../alertLines.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { pastTime } from '../pastTime.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `pilothouse alerts rules …`: when something is an alert. */
export function alertRulesCommand(run: Run): Command {
  const rules = new Command('rules').description('when something is an alert: shipped rules, and your own');
  const example = (command: Command, text: string) => command.addHelpText('after', `\nExample: pilothouse alerts rules ${text}`);
  const past = (command: Command) =>
    command.option('--since <time>', 'from then on: 24h, 7d, 2026-11-21', (value) => pastTime(value)).option('--on <selector>', 'on these servers');
  example(rules.command('list').description('the rules, and what was changed of them'), 'list').action(run(list));
  example(rules.command('show <id>').description('one rule as text, which can be changed and saved'), 'show disk-full > disk-full.yaml').action(run(show));
  example(rules.command('lint <files...>').description('judge files of one rule each; changes nothing'), 'lint disk-full.yaml').action(run(lint));
  example(past(rules.command('test <file>').description('judge a file, and tell what it would have fired on')), 'test disk-full.yaml --since 7d').action(
    run(test),
  );
  example(past(rules.command('backtest <id>').description('what a rule would have fired on')), 'backtest disk-high --since 7d --on env:production').action(
    run(backtest),
  );
  example(rules.command('save <file>').description('save a rule; with the id of a shipped one it stands in its place'), 'save disk-full.yaml').action(
    run(save),
  );
  example(rules.command('off <id>').description('switch a rule off'), 'off cpu-high').action(run(switchTo(false)));
  example(rules.command('on <id>').description('switch a rule on again'), 'on cpu-high').action(run(switchTo(true)));
  example(rules.command('remove <id>').description('remove your own rule, or make a changed one as it was shipped'), 'remove cpu-high').action(run(remove));
  return rules;
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.code ?? 'unknown reason'}.`);
  });
}

async function list(context: CliContext): Promise<void> {
  const { output } = context;
  const found = await (await context.client()).alerts.rules.list({});
  if (output.json) return output.document(found);
  const rows = found.rules.map(({ rule, origin, enabled, openAlerts }) => [
    ...[rule.id, rule.severity, enabled ? 'on' : 'OFF', origin, `${rule.metric} ${rule.comparator} ${rule.value}`, `${rule.sustainedS} s`],
    ...[openAlerts === 0 ? '' : String(openAlerts), rule.title],
  ]);
  for (const line of table(['RULE', 'SEVERITY', 'NOW', 'FROM', 'WHEN', 'FOR', 'OPEN', 'WHAT'], rows, output)) output.line(line);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const shown = await (await context.client()).alerts.rules.show({ id });
  if (output.json) return output.document(shown);
  output.line(shown.text.trimEnd());
  const { origin, enabled } = shown.rule;
  output.note(`${origin}${enabled ? '' : ', switched off'}`);
  for (const problem of shown.problems) output.note(problemLine(id, problem));
}

async function lint(context: CliContext, files: string[]): Promise<void> {
  const { output } = context;
  const { rules } = (await context.client()).alerts;
  const found = await Promise.all(files.map(async (file) => ({ file, ...(await rules.test({ text: await read(file) })) })));
  if (output.json) output.document({ files: found });
  else for (const { file, problems } of found) for (const problem of problems) output.line(problemLine(file, problem));
  const problems = found.flatMap((each) => each.problems);
  if (problems.some(({ severity }) => severity === 'error')) throw new ExitWith(exitCodes.failed);
  if (problems.length === 0 && !output.json) output.note('Nothing is wrong.');
}

interface Past {
  since?: number;
  on?: string;
}

const weekMs = 7 * 86_400_000;
const range = ({ since, on }: Past) => ({ fromMs: since ?? Date.now() - weekMs, ...(on !== undefined && { selector: on }) });

async function test(context: CliContext, file: string, past: Past): Promise<void> {
  const { output } = context;
  const { rules } = (await context.client()).alerts;
  const text = await read(file);
  const { rule, problems } = await rules.test({ text });
  if (rule === null) {
    if (output.json) output.document({ rule, problems, backtest: null });
    else for (const problem of problems) output.line(problemLine(file, problem));
    throw new ExitWith(exitCodes.failed);
  }
  const tested = await rules.backtest({ text, ...range(past) });
  if (output.json) return output.document({ rule, problems, ...tested });
  for (const problem of problems) output.note(problemLine(file, problem));
  for (const line of backtestLines(tested.backtest, rule.metric)) output.line(line);
}

async function backtest(context: CliContext, id: string, past: Past): Promise<void> {
  const { output } = context;
  const { rules } = (await context.client()).alerts;
  const tested = await rules.backtest({ id, ...range(past) });
  if (output.json) return output.document(tested);
  const { rule } = await rules.show({ id });
  for (const line of backtestLines(tested.backtest, rule.rule.metric)) output.line(line);
}

async function save(context: CliContext, file: string): Promise<void> {
  const { output } = context;
  const saved = await (await context.client()).alerts.rules.save({ requestId: newRequestId(), text: await read(file) });
  if (output.json) return output.document(saved);
  for (const problem of saved.problems) output.note(problemLine(file, problem));
  output.line(`Saved ${saved.rule.rule.id} (${saved.rule.origin}).`);
}

function switchTo(enabled: boolean) {
  return async (context: CliContext, id: string): Promise<void> => {
    const changed = await (await context.client()).alerts.rules.enable({ requestId: newRequestId(), id, enabled });
    if (context.output.json) context.output.document(changed);
    else context.output.line(`${id} is ${enabled ? 'on' : 'off'}.`);
  };
}

async function remove(context: CliContext, id: string): Promise<void> {
  await (await context.client()).alerts.rules.remove({ requestId: newRequestId(), id });
  if (context.output.json) context.output.document({ removed: id });
  else context.output.line(`Removed ${id}, or what was changed of it.`);
}
