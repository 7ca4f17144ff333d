import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

async function find(context: CliContext, words: string[], options: { alert?: string; all?: boolean }): Promise<void> {
  const { output } = context;
  const { workflows } = await (await context.client()).workflows.forTrigger({
    words: words.join(' '),
    ...(options.alert === undefined ? {} : { alert: options.alert }),
    ...(options.all ? {} : { kind: 'runbook' as const }),
  });
  if (output.json) return output.document({ workflows });
  if (workflows.length === 0) return output.line('No runbook fits. "pilothouse workflows run triage" asks the first questions.');
  const rows = workflows.map(({ id, title, triggers }) => [id, title, triggers?.[0] ?? '']);
  for (const line of table(['ID', 'TITLE', 'FOR'], rows, output)) output.line(line);
}

/** `pilothouse runbooks …`: which runbook fits what is seen. They are run by `workflows run`. */
export function runbooksCommand(run: Run): Command {
  const runbooks = new Command('runbooks').description('which runbook fits what you see; they are run by "workflows run"');
  runbooks
    .command('find [words...]')
    .description('runbooks by the words of what you see, or by the rule of an alert; the best first')
    .option('--alert <rule>', 'only those that name this rule')
    .option('--all', 'checklists too')
    .addHelpText('after', '\nExamples: pilothouse runbooks find "no space left on device"\n          pilothouse runbooks find --alert t000-disk-crit')
    .action(run(find));
  return runbooks;
}
