import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { errorWording } from '../../../../shared/errorWording.ts';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { workflowDefinitionSchema } from '../../../../shared/model/workflow.ts';
import type { WorkflowLintReport } from '../../../../shared/model/workflowLint.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { harmless, type Output, table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** Adds `workflows lint`, `workflows offer` and `workflows schema`. */
export function addWorkflowTools(workflows: Command, run: Run): void {
  workflows
    .command('lint [what...]')
    .description("judge definitions: files, folders, or ids of the catalogue; without any, all of your own folder's")
    .addHelpText(
      'after',
      '\nExamples: pilothouse workflows lint my-checklist.yaml\n          pilothouse workflows lint hardening\n\nScripts are read by shellcheck where it is installed. Ends with 5 where there are errors.',
    )
    .action(run(lint));
  workflows
    .command('offer <id> <input>')
    .description('what could be given for an input, read off servers')
    .requiredOption('--on <selector>', 'which servers')
    .addHelpText('after', '\nExample: pilothouse workflows offer disk-full target --on gpu-1')
    .action(run(offer));
  workflows
    .command('schema')
    .description('the JSON Schema of a definition, for editors')
    .addHelpText('after', '\nExample: pilothouse workflows schema >workflow.schema.json')
    .action(run(schema));
}

async function lint(context: CliContext, what: string[]): Promise<void> {
  const subject = what.length === 0 ? {} : subjectOf(what);
  const { reports, ownDirectory } = await (await context.client()).workflows.lint(subject);
  if (context.output.json) context.output.document({ reports });
  else if (reports.length === 0) context.output.note(`There are no definitions of your own in ${ownDirectory}.`);
  else for (const line of lintLines(reports, context.output)) context.output.line(line);
  if (reports.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))) throw new ExitWith(exitCodes.refused);
}

/** What exists is a file or a folder; the rest are ids. */
function subjectOf(what: readonly string[]): { ids: string[]; files: { source: string; text: string }[] } {
  const ids: string[] = [];
  const files: string[] = [];
  for (const each of what) {
    const path = resolve(process.cwd(), each);
    if (!existsSync(path)) {
      if (!/^[a-z0-9][a-z0-9-]*$/.test(each)) throw new UsageError(`There is no file ${each}.`);
      ids.push(each);
    } else if (statSync(path).isDirectory()) files.push(...yamlFilesIn(path));
    else files.push(path);
  }
  return { ids, files: files.map((path) => ({ source: basename(path), text: readFileSync(path, 'utf8') })) };
}

function yamlFilesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  if (names.length === 0) throw new UsageError(`There is no .yaml file in ${folder}.`);
  return names.sort().map((name) => join(folder, name));
}

/** What lint found, a line each, and the counts. */
export function lintLines(reports: readonly WorkflowLintReport[], output: Output): string[] {
  const lines = reports.flatMap(({ source, findings }) =>
    findings.map(({ severity, rule, place, line, problem }) => {
      const at = `${source}${line === null ? '' : `:${line}`}`;
      return `${output.style(severity === 'error' ? 'red' : 'yellow', severity)}  ${at}  ${rule}  ${place === '' ? '' : `${place}: `}${harmless(problem)}`;
    }),
  );
  const count = (severity: 'error' | 'warning') => reports.flatMap(({ findings }) => findings).filter((finding) => finding.severity === severity).length;
  const scripts = reports.reduce((sum, report) => sum + report.scripts, 0);
  const read = reports.some(({ scripts: some, shellcheck }) => some > 0 && !shellcheck)
    ? 'shellcheck is not installed, so their scripts were not read by it'
    : 'read by shellcheck';
  return [...lines, `${reports.length} definitions with ${scripts} scripts, ${read}: ${count('error')} errors, ${count('warning')} warnings`];
}

async function offer(context: CliContext, id: string, input: string, options: { on: string }): Promise<void> {
  const { offers } = await (await context.client()).workflows.offer({ id: id as WorkflowId, input, selector: options.on });
  if (context.output.json) return context.output.document({ offers });
  const rows = offers.flatMap(({ server, values, error }) =>
    error === null ? values.map((value) => [server, harmless(value)]) : [[server, `(${errorWording(error).sentence})`]],
  );
  if (rows.length === 0) return context.output.note('Nothing is there to choose from.');
  for (const line of table(['SERVER', 'VALUE'], rows, context.output)) context.output.line(line);
}

async function schema(context: CliContext): Promise<void> {
  const document = z.toJSONSchema(workflowDefinitionSchema, { io: 'input' });
  if (context.output.json) context.output.document(document as Record<string, unknown>);
  else context.output.line(JSON.stringify(document, null, 2));
}
