import { type Command, InvalidArgumentError } from 'commander';
import { reachWords } from '../../../../shared/model/reachWay.ts';
import type { CliContext } from '../cliContext.ts';
import { integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** Adds `health engines`: engines of models and their exporters that run on servers. */
export function addEnginesVerb(health: Command, run: Run): void {
  health
    .command('engines')
    .description('engines of models and exporters that run there, and how they stand')
    .argument('<selector>', 'which servers')
    .option('--wait <seconds>', 'how long finding and asking them may take', waitSeconds, 15)
    .addHelpText('after', "\nExample: pilothouse health engines 'env:production'")
    .action(run(engines));
}

function waitSeconds(value: string): number {
  const seconds = integer(value);
  if (seconds > 60) throw new InvalidArgumentError('0 to 60 seconds are expected.');
  return seconds;
}

async function engines(context: CliContext, selector: string, { wait }: { wait: number }): Promise<void> {
  const { output } = context;
  const found = (await (await context.client()).health.engines({ selector, waitS: wait })).engines;
  if (output.json) return output.document({ engines: found });
  if (found.length === 0) return output.note('No engine was found there: no container of a known image runs, or Docker cannot be asked with this login.');
  const rows = found.map(({ serverName, container, kind, stack, port, models, up, state, problem, via }) => [
    ...[serverName, container, kind, stack ?? '', String(port), up === null ? '?' : up ? 'up' : 'DOWN'],
    ...[state === 'wedged' ? 'STUCK' : state === 'unknown' ? '' : state, models.join(' '), problem ?? reachWords(via)],
  ]);
  for (const line of table(['SERVER', 'CONTAINER', 'KIND', 'STACK', 'PORT', 'UP', 'STATE', 'MODELS', 'NOTE'], rows, output)) output.line(line);
}
