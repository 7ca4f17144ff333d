import { Command, InvalidArgumentError } from 'commander';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, errorLines } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface InstallOptions {
  interval: number;
  maxMib: number;
  confirm?: string;
}

/** Adds `health recorder …`: what keeps figures on servers while nobody reads them. */
export function addRecorderVerbs(health: Command, run: Run): void {
  const recorder = new Command('recorder').description('keeps figures on a server itself, for the hours in which no computer reads them');
  recorder
    .command('status <selector>')
    .description('which servers have one, and what it keeps')
    .addHelpText('after', '\nExample: pilothouse health recorder status all')
    .action(run(status));
  recorder
    .command('install <selector>')
    .description('put one there: one unit of systemd and a ring of two files')
    .option('--interval <seconds>', 'seconds between two looks, 5 to 300', between(5, 300), 15)
    .option('--max-mib <mib>', 'of both files together, 4 to 4096', between(4, 4096), 64)
    .option('--confirm <name>', 'for production: the name of the server, or the selector')
    .addHelpText('after', "\nExample: pilothouse health recorder install 'env:staging' --max-mib 128")
    .action(run(install));
  recorder
    .command('remove <selector>')
    .description('take it off, with all that it kept')
    .option('--confirm <name>', 'for production: the name of the server, or the selector')
    .addHelpText('after', '\nExample: pilothouse health recorder remove gpu-1')
    .action(run(remove));
  health.addCommand(recorder);
}

function between(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = integer(value);
    if (number < least || number > most) throw new InvalidArgumentError(`${least} to ${most} is expected.`);
    return number;
  };
}

async function status(context: CliContext, selector: string): Promise<void> {
  const { output } = context;
  const { servers } = await (await context.client()).recorder.status({ selector });
  const moment = (atMs: number | null) => (atMs === null ? '' : new Date(atMs).toISOString());
  const rows = servers.map(({ serverName, state, bytes, firstAtMs, lastAtMs, directory }) => [
    ...[serverName, state, state === 'absent' || state === 'unknown' ? '' : `${(bytes / 1024 / 1024).toFixed(1)} MiB`],
    ...[moment(firstAtMs), moment(lastAtMs), directory ?? ''],
  ]);
  if (output.json) output.document({ servers });
  else for (const line of table(['SERVER', 'RECORDER', 'KEEPS', 'FROM', 'TO', 'IN'], rows, output)) output.line(line);
  const failed = servers.flatMap(({ error }) => error ?? []);
  for (const error of failed) for (const line of errorLines(error, output)) output.problem(line);
  if (failed.length > 0) throw new ExitWith(failed.length < servers.length ? exitCodes.partly : exitCodes.unreachable);
}

async function install(context: CliContext, selector: string, { interval, maxMib, confirm }: InstallOptions): Promise<void> {
  const client = await context.client();
  const { operation } = await guarded(context, confirm, (confirmed) =>
    client.recorder.install({ requestId: newRequestId(), selector, intervalS: interval, maxMib, ...confirmed }),
  );
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: false }));
}

async function remove(context: CliContext, selector: string, { confirm }: { confirm?: string }): Promise<void> {
  const client = await context.client();
  const { operation } = await guarded(context, confirm, (confirmed) => client.recorder.remove({ requestId: newRequestId(), selector, ...confirmed }));
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: false }));
}
