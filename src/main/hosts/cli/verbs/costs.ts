import { Command, Option } from 'commander';
import { type CostKey, type CostLine, costKeys, costLines, costTotal } from '../../../../shared/model/costSummary.ts';
import { formatTotal } from '../../../../shared/model/money.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `pilothouse costs`: what servers and cloud resources cost by the month, each currency for itself. */
export function costsCommand(run: Run): Command {
  return new Command('costs')
    .description('what servers and cloud resources cost by the month; currencies are never added up')
    .argument('[selector]', 'these servers alone, without cloud resources')
    .addOption(new Option('--by <what>', 'a line for each').choices([...costKeys]).default('provider'))
    .addHelpText('after', '\nExample: pilothouse costs --by owner')
    .action(run(costs));
}

async function costs(context: CliContext, selector: string | undefined, { by }: { by: CostKey }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const { servers } = await client.servers.list(selector === undefined ? {} : { selector });
  const resources = selector === undefined ? (await client.resources.list({})).resources : [];
  const lines = costLines(servers, resources, by);
  const total = costTotal(servers, resources);
  if (output.json) return output.document({ by, lines, total });
  if (lines.length === 0) return output.note('There are no servers and no cloud resources.');
  const row = (name: string, line: Omit<CostLine, 'key'>) => [
    ...[name, String(line.servers), String(line.resources), line.unpriced === 0 ? '' : String(line.unpriced)],
    line.totals.map(formatTotal).join('  '),
  ];
  const header = [by.toUpperCase(), 'SERVERS', 'RESOURCES', 'WITHOUT COST', 'BY THE MONTH'];
  for (const text of table(header, [...lines.map((line) => row(line.key, line)), row('all', total)], output)) output.line(text);
  if (total.unpriced > 0) output.note(`${total.unpriced} of them have no cost: the sums are too small by theirs.`);
}
