import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { LintFinding, LintReport, LintRuleText, LintSeverity, Trap } from '../../../../shared/model/lint.ts';
import type { Environment } from '../../../../shared/model/server.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { readLintSources } from '../lintSources.ts';
import { assignment, collect } from '../parseOptions.ts';
import { harmless, type Output, table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface LintOptions {
  on?: string;
  set?: Record<string, string>;
  profile?: string[];
  environment?: Environment;
  explain?: string;
  rules?: boolean;
}

const colours = { error: 'red', warning: 'yellow', note: 'dim' } as const;
const severities: readonly LintSeverity[] = ['error', 'warning', 'note'];

/** Adds `stacks lint`: known traps in a stack, or in any compose project. */
export function addLintCommand(stacks: Command, run: Run): void {
  stacks
    .command('lint [what...]')
    .description('look for known traps: in a stack by its id, or in compose files, scripts and documents of a folder')
    .option('--on <selector>', 'against what is known of these servers')
    .option('--set <key=value>', 'a parameter of the stack, or a variable of the files', assignment)
    .option('--profile <name>', 'a profile that is on; may be given several times', collect)
    .option('--environment <name>', 'development, staging or production')
    .option('--explain <id>', 'what a trap (X-013) or a rule (vram-packing) is about')
    .option('--rules', 'all rules and traps')
    .addHelpText(
      'after',
      '\nExamples: pilothouse stacks lint privaxai --on gpu-1\n          pilothouse stacks lint compose.yaml\n          pilothouse stacks lint --explain X-013',
    )
    .action(run(lint));
}

async function lint(context: CliContext, what: string[], options: LintOptions): Promise<void> {
  const client = await context.client();
  if (options.explain !== undefined) {
    const explained = await client.lint.explain({ id: options.explain });
    if (context.output.json) return context.output.document(explained);
    for (const line of explainLines(explained, context.output)) context.output.line(line);
    return;
  }
  if (options.rules) {
    const { rules, traps } = await client.lint.rules({});
    if (context.output.json) return context.output.document({ rules, traps });
    for (const line of table(
      ['RULE', 'TRAPS', 'WHAT'],
      rules.map((rule) => [rule.id, rule.traps.join(' '), rule.title]),
      context.output,
    ))
      context.output.line(line);
    return;
  }
  const { reports } = await client.lint.run({
    ...(await subjectOf(what)),
    parameters: options.set ?? {},
    ...(options.on === undefined ? {} : { selector: options.on }),
    ...(options.profile === undefined ? {} : { profiles: options.profile }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  if (context.output.json) context.output.document({ reports });
  else for (const line of reportLines(reports, context.output)) context.output.line(line);
  if (reports.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))) throw new ExitWith(exitCodes.refused);
}

/** One id of a stack, or files and folders: what exists is a file. */
async function subjectOf(what: readonly string[]) {
  const [first] = what;
  if (first === undefined) throw new UsageError('Say what to judge: the id of a stack, or files or a folder.');
  const isId = /^[a-z0-9][a-z0-9-]*$/.test(first) && !existsSync(resolve(process.cwd(), first));
  if (isId && what.length > 1) throw new UsageError('One stack at a time, or files.');
  return isId ? { id: first as StackId } : { files: await readLintSources(process.cwd(), what) };
}

/** Reports as people read them: by server and file, with lines, each with its fix below it, and a sum at the end. */
export function reportLines(reports: readonly LintReport[], output: Pick<Output, 'style'>): string[] {
  return reports.flatMap(({ serverName, findings, unknowns }, index) => {
    const byFile = Map.groupBy(findings, ({ place }) => place.file ?? 'the project');
    const width = Math.max(1, ...findings.map(({ place }) => String(place.line ?? '').length));
    return [
      ...(index > 0 ? [''] : []),
      ...(serverName === null ? [] : [output.style('bold', harmless(serverName))]),
      ...[...byFile].flatMap(([file, list]) => [output.style('bold', harmless(file)), ...list.flatMap((finding) => findingLines(finding, width, output))]),
      ...unknowns.map(({ what }) => `${output.style('yellow', 'unknown')}  ${harmless(what)}`),
      sumLine(findings, unknowns.length),
    ];
  });
}

function findingLines({ rule, trap, severity, place, reason, fix }: LintFinding, width: number, output: Pick<Output, 'style'>): string[] {
  const at = String(place.line ?? '').padStart(width);
  const name = trap === null ? rule : `${rule} ${trap}`;
  return [
    `  ${at}  ${output.style(colours[severity], severity.padEnd(7))}  ${harmless(reason)}`,
    `  ${' '.repeat(width)}           ${harmless(fix)} ${output.style('dim', `(${name})`)}`,
  ];
}

function sumLine(findings: readonly LintFinding[], unknown: number): string {
  if (findings.length === 0 && unknown === 0) return 'Nothing found.';
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return `${counts.length === 0 ? 'Nothing found' : counts.join(', ')}${unknown === 0 ? '' : `; ${unknown} could not be judged`}.`;
}

/** A trap or a rule with what belongs to it. */
export function explainLines(
  { trap, rules, traps }: { trap: Trap | null; rules: readonly LintRuleText[]; traps: readonly Trap[] },
  output: Pick<Output, 'style'>,
): string[] {
  const head = trap === null ? [] : [`${output.style('bold', trap.id)}  ${trap.title}`, `class ${trap.class}`, trap.advice];
  const ruleLines = rules.flatMap(({ id, title, why }) => ['', `${output.style('bold', id)}  ${title}`, why]);
  const trapLines = traps.map(({ id, title }) => `${id}  ${title}`);
  return [...head, ...(trap === null ? ruleLines.slice(1) : ruleLines), ...(trapLines.length === 0 ? [] : ['', ...trapLines])];
}
