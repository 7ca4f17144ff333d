import { Command } from 'commander';
import type { PastCommand } from '../../../../shared/contract/exec.ts';
import type { CliContext } from '../cliContext.ts';
import { integer } from '../parseOptions.ts';
import { duration, table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** A word as a person types it: quoted only where a shell would split or change it. */
function typed(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function row({ command, sudo, selector, runs, last }: PastCommand, nowMs: number): string[] {
  const what = `${sudo ? '(root) ' : ''}${command.map(typed).join(' ')}`;
  return [last.id, last.state, `${duration(nowMs - last.createdAtMs)} ago`, `${runs}×`, `${selector ?? '?'} (${last.targetCount})`, what];
}

async function history(context: CliContext, search: string[], options: { limit?: number }): Promise<void> {
  const client = await context.client();
  const { commands } = await client.exec.history({ search: search.join(' '), limit: options.limit ?? 20 });
  if (context.output.json) return context.output.document({ commands });
  if (commands.length === 0) return context.output.note('There are none.');
  const rows = commands.map((command) => row(command, Date.now()));
  for (const line of table(['LAST', 'STATE', 'WHEN', 'RUNS', 'SERVERS', 'COMMAND'], rows, context.output)) context.output.line(line);
}

/** `pilothouse history`: commands that were run on servers, each once. */
export function historyCommand(run: Run): Command {
  return new Command('history')
    .description('commands that were run on servers, the latest first')
    .argument('[search...]', 'words that all stand in the command or its selector')
    .option('--limit <n>', 'so many at most', integer)
    .addHelpText('after', '\nExample: pilothouse history docker restart\n\nOne of them once more: pilothouse exec --again op_…')
    .action(run(history));
}
