import { Command } from 'commander';
import type { OperationId } from '../../../../shared/model/ids.ts';
import { type WindowFields, windowFieldsSchema, windowText } from '../../../../shared/model/maintenanceWindow.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';
import { type RecurrenceOptions, recurrenceOf, withRecurrence } from './schedules.ts';

interface WindowOptions extends RecurrenceOptions {
  on: string;
  from?: string;
  until: string;
  note?: string;
}

/** `pilothouse windows …`: when servers may be interrupted. */
export function windowsCommand(run: Run): Command {
  const windows = new Command('windows').description('maintenance windows: when servers may be interrupted');
  windows.command('list').description('the windows and how they stand').addHelpText('after', '\nExample: pilothouse windows list').action(run(list));
  withRecurrence(windows.command('add <name>').description('servers that have a window may be interrupted in one of theirs only'))
    .requiredOption('--on <selector>', 'which servers')
    .requiredOption('--until <time>', 'its end: HH:MM, or with --from a date and time')
    .option('--from <time>', 'once, from this date and time on, like 2026-12-01T22:00')
    .option('--note <text>', 'what it is for')
    .addHelpText(
      'after',
      '\nExample: pilothouse windows add sunday --on env:production --every week --weekday sunday --at 02:00 --until 05:00 --zone Europe/Berlin',
    )
    .action(run(add));
  windows
    .command('override <operation>')
    .description('let a run that waits for a window go on; the reason stands in its output')
    .requiredOption('--reason <text>', 'why it cannot wait')
    .addHelpText('after', '\nExample: pilothouse windows override op_0123456789abcdef --reason "the disk is failing"')
    .action(run(override));
  windows.command('remove <name>').description('remove a window').addHelpText('after', '\nExample: pilothouse windows remove sunday').action(run(remove));
  return windows;
}

/** The window that options name. Throws UsageError. */
export function windowFields(name: string, options: WindowOptions): WindowFields {
  const { on: selector, from, until, note } = options;
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (from !== undefined && options.every !== undefined) throw new UsageError('Either --from (once) or --every (again and again).');
  const when = from === undefined ? { kind: 'recurring', recurrence: recurrenceOf(options), until } : { kind: 'once', from, until, zone };
  const parsed = windowFieldsSchema.safeParse({ name, selector, when, ...(note !== undefined && { note }) });
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
}

async function list(context: CliContext): Promise<void> {
  const { output } = context;
  const { windows } = await (await context.client()).windows.list({});
  if (output.json) return output.document({ windows });
  if (windows.length === 0) return output.note('There are no windows: every server may be interrupted at any time.');
  const moment = (atMs: number | null) => (atMs === null ? 'never again' : new Date(atMs).toISOString());
  const rows = windows.map(({ fields, openUntilMs, nextAtMs, servers }) => [
    ...[fields.name, openUntilMs === null ? `closed, opens ${moment(nextAtMs)}` : `OPEN until ${moment(openUntilMs)}`],
    ...[windowText(fields), fields.selector, String(servers.length), fields.note ?? ''],
  ]);
  for (const line of table(['NAME', 'NOW', 'WHEN', 'FOR', 'SERVERS', 'NOTE'], rows, output)) output.line(line);
}

async function add(context: CliContext, name: string, options: WindowOptions): Promise<void> {
  const { window } = await (await context.client()).windows.add({ requestId: newRequestId(), fields: windowFields(name, options) });
  if (context.output.json) return context.output.document({ window });
  context.output.line(`Added ${name}: ${windowText(window.fields)}, for ${window.servers.length} servers.`);
}

async function override(context: CliContext, operation: string, { reason }: { reason: string }): Promise<void> {
  await (await context.client()).windows.override({ requestId: newRequestId(), operation: operation as OperationId, reason });
  if (context.output.json) context.output.document({ operation, reason });
  else context.output.line(`${operation} goes on outside of the windows: ${reason}`);
}

async function remove(context: CliContext, name: string): Promise<void> {
  await (await context.client()).windows.remove({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Removed ${name}.`);
}
