import type { Command } from 'commander';
import type { InventoryRow } from '../../../../shared/contract/stacks.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith, errorLines } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { duration, table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface InventoryOptions {
  stack?: string;
  refresh?: boolean;
  images?: boolean;
}

/** Adds `stacks inventory`: what runs where, over the whole fleet. */
export function addInventoryCommand(stacks: Command, run: Run): void {
  stacks
    .command('inventory [selector]')
    .description('which stack, version, digest and commit run on which server, as last seen')
    .option('--stack <id>', 'this stack alone')
    .option('--refresh', 'ask the servers first')
    .option('--images', 'a line for each image, with digest and commit')
    .addHelpText('after', "\nExample: pilothouse stacks inventory 'env:production' --refresh --images")
    .action(run(inventory));
}

async function inventory(context: CliContext, selector: string | undefined, options: InventoryOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const answer = options.refresh
    ? await client.stacks.observe({ selector: selector ?? 'all' })
    : { ...(await client.stacks.inventory(selector === undefined ? {} : { selector })), failures: [] };
  const rows = answer.rows.filter(({ stackId }) => options.stack === undefined || stackId === options.stack);
  if (output.json) output.document({ rows, failures: answer.failures });
  else {
    for (const { serverName, error } of answer.failures) {
      output.problem(`${serverName}:`);
      for (const line of errorLines(error, output)) output.problem(line);
    }
    if (rows.length === 0) output.note('None.');
    const nowMs = Date.now();
    const lines = options.images ? rows.flatMap((row) => imageRows(row, nowMs)) : rows.map((row) => stackRow(row, nowMs));
    const header = options.images
      ? ['SERVER', 'STACK', 'RELEASE', 'SERVICE', 'IMAGE', 'DIGEST', 'COMMIT', 'SEEN']
      : ['SERVER', 'ENVIRONMENT', 'STACK', 'VERSION', 'RELEASE', 'HEALTH', 'DIGESTS', 'COMMITS', 'SEEN'];
    if (lines.length > 0) for (const line of table(header, lines, output)) output.line(line);
  }
  if (answer.failures.length > 0) throw new ExitWith(answer.failures.length < answer.rows.length ? exitCodes.partly : exitCodes.unreachable);
}

/** How long ago a server was asked; `never` where nothing is known. */
export function seen({ lookedAtMs }: Pick<InventoryRow, 'lookedAtMs'>, nowMs: number): string {
  return lookedAtMs === null ? 'never' : `${duration(Math.max(0, nowMs - lookedAtMs))} ago`;
}

/** A row of the whole fleet. */
export function stackRow(row: InventoryRow, nowMs: number): string[] {
  const { release } = row;
  const stack = row.stackId ?? (row.lookedAtMs === null ? 'unknown' : 'none');
  const known = (values: (string | null | undefined)[]) => [...new Set(values.filter((value) => value != null).map(short))].join(' ');
  return [
    ...[row.serverName, row.environment, stack, release?.stackVersion === undefined ? '' : `v${release.stackVersion}`, release?.id ?? ''],
    row.stackId === null ? '' : row.health,
    ...[known(release?.images.map(({ digest }) => digest) ?? []), known(release?.images.map(({ commit }) => commit) ?? []), seen(row, nowMs)],
  ];
}

function imageRows(row: InventoryRow, nowMs: number): string[][] {
  const head = [row.serverName, row.stackId ?? (row.lookedAtMs === null ? 'unknown' : 'none'), row.release?.id ?? ''];
  const images = row.release?.images ?? [];
  if (images.length === 0) return [[...head, '', '', '', '', seen(row, nowMs)]];
  return images.map(({ service, reference, digest, commit }) => [...head, service, reference, digest ?? 'unknown', commit ?? 'unknown', seen(row, nowMs)]);
}

/** A digest or commit as short as people write it. */
function short(value: string | null | undefined): string {
  return (value ?? '').replace(/^sha256:/, '').slice(0, 12);
}
