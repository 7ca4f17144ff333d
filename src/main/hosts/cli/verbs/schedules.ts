import { Command, InvalidArgumentError, Option } from 'commander';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { momentText, type Recurrence, recurrenceText } from '../../../../shared/model/recurrence.ts';
import { type Schedule, type ScheduleFields, scheduleFieldsSchema } from '../../../../shared/model/schedule.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { assignment, collect, integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** Options that say when something comes again. */
export interface RecurrenceOptions {
  every?: Recurrence['every'];
  at?: string;
  zone?: string;
  weekday?: number;
  nth?: NonNullable<Recurrence['nth']>;
  day?: number;
  month?: number;
}

interface FieldOptions extends RecurrenceOptions {
  title?: string;
  text?: string;
  workflow?: string;
  on?: string;
  input?: Record<string, string>;
  checkOnly?: boolean;
  automatic?: boolean;
  paused?: boolean;
  downtime?: number;
  owner?: string;
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

function weekday(value: string): number {
  const found = weekdays.findIndex((name) => value.length >= 2 && name.startsWith(value.toLowerCase()));
  if (found < 0) throw new InvalidArgumentError('a day of the week is expected, for example sunday.');
  return found + 1;
}

function nth(value: string): number {
  const found = ['first', 'second', 'third', 'fourth'].indexOf(value);
  if (found < 0 && value !== 'last') throw new InvalidArgumentError('first, second, third, fourth or last is expected.');
  return value === 'last' ? -1 : found + 1;
}

/** Adds the options that say when something comes again. */
export function withRecurrence(command: Command): Command {
  return command
    .addOption(new Option('--every <period>', 'how often').choices(['day', 'week', 'month', 'quarter', 'year']))
    .option('--at <HH:MM>', 'time of day on the wall clock of the zone')
    .option('--zone <zone>', "time zone, for example Europe/Berlin; this computer's when not given")
    .option('--weekday <day>', 'day of the week; with --nth, of the month', weekday)
    .option('--nth <which>', 'which of these weekdays in the month: first to fourth, or last', nth)
    .option('--day <number>', 'day of the month; in shorter months their last', integer)
    .option('--month <number>', 'month of the year, or of the quarter (1 to 3)', integer);
}

/** The recurrence that options name; what is not given stays as in `before`. Throws UsageError where something is missing. */
export function recurrenceOf(options: RecurrenceOptions, before?: Recurrence): Recurrence {
  const { every = before?.every, at = before?.at } = options;
  if (every === undefined || at === undefined) throw new UsageError('--every and --at are needed: how often, and at what time of day.');
  const zone = options.zone ?? before?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Another period or another kind of day begins anew: a day of the week says nothing about a day of the month.
  const kept = options.every === undefined || options.every === before?.every ? before : undefined;
  const given = { weekday: options.weekday, nth: options.nth, day: options.day, month: options.month };
  const days = options.day !== undefined ? { month: kept?.month } : { weekday: kept?.weekday, nth: kept?.nth, day: kept?.day, month: kept?.month };
  const parts = { ...days, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  return { every, at, zone, ...(Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<Recurrence>) };
}

function withFields(command: Command): Command {
  return withRecurrence(command)
    .option('--title <title>', 'what it is called')
    .option('--text <text>', 'what to do, for a person')
    .option('--workflow <id>', 'workflow that does it; without one it is a reminder')
    .option('--on <selector>', 'servers that the workflow is due on')
    .option('--input <key=value>', 'an input of the workflow; may be given several times', assignment)
    .option('--check-only', 'a run that only checks counts')
    .option('--no-check-only', 'a run that only checks does not count')
    .option('--automatic', 'run it by itself when it is due; only with --check-only')
    .option('--no-automatic', 'never run it by itself')
    .option('--paused', 'ask for nothing')
    .option('--no-paused', 'ask for it again')
    .option('--downtime <minutes>', 'what it may take from the users', integer)
    .option('--owner <who>', 'who answers for it');
}

/** `pilothouse schedules …`: what is due again and again. */
export function schedulesCommand(run: Run): Command {
  const schedules = new Command('schedules').description('what is due again and again, and what of it was done');
  schedules
    .command('list')
    .description('schedules and how they stand')
    .option('--due', 'those that are due or overdue')
    .addHelpText('after', '\nExample: pilothouse schedules list --due')
    .action(run(list));
  schedules
    .command('show <name>')
    .description('one schedule, server by server')
    .addHelpText('after', '\nExample: pilothouse schedules show patches')
    .action(run(show));
  withFields(schedules.command('add <name>').description('put something on the calendar'))
    .addHelpText(
      'after',
      '\nExample: pilothouse schedules add patches --workflow bs-weekly --on env:production --every week --weekday sunday --at 03:00 --zone Europe/Berlin',
    )
    .action(run(add));
  withFields(schedules.command('edit <name>').description('change what is given, leave the rest'))
    .addHelpText('after', '\nExample: pilothouse schedules edit patches --at 04:00')
    .action(run(edit));
  schedules
    .command('complete <name>')
    .description('say that it was done by hand')
    .requiredOption('--note <text>', 'what was done, and where the proof is')
    .option('--server <name>', 'on this server; may be given several times; all when not given', collect)
    .addHelpText('after', '\nExample: pilothouse schedules complete bs-yearly-training --note "Ada and Grace restored the scratch host"')
    .action(run(complete));
  schedules
    .command('run <name>')
    .description('run its workflow now')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .option('--outside-window <reason>', 'why it cannot wait for a maintenance window')
    .addHelpText('after', '\nExample: pilothouse schedules run patches')
    .action(run(runNow));
  schedules
    .command('history <name>')
    .description('who did it when')
    .addHelpText('after', '\nExample: pilothouse schedules history patches')
    .action(run(history));
  schedules.command('sets').description('schedules that are shipped').addHelpText('after', '\nExample: pilothouse schedules sets').action(run(sets));
  schedules
    .command('adopt <set>')
    .description('take over a shipped set; what is there by name stays')
    .requiredOption('--on <selector>', 'servers that its workflows are due on')
    .option('--zone <zone>', "time zone; this computer's when not given")
    .addHelpText('after', '\nExample: pilothouse schedules adopt banksight-maintenance --on group:banksight --zone Asia/Kolkata')
    .action(run(adopt));
  schedules
    .command('remove <name>')
    .description('take it off the calendar, with its history')
    .addHelpText('after', '\nExample: pilothouse schedules remove patches')
    .action(run(remove));
  return schedules;
}

const dueText = ({ dueAtMs, fields }: Pick<Schedule, 'dueAtMs' | 'fields'>) => (dueAtMs === null ? '' : momentText(dueAtMs, fields.recurrence.zone));
const urgent = ({ state }: { state: string }) => state === 'due' || state === 'overdue';

async function list(context: CliContext, options: { due?: boolean }): Promise<void> {
  const { output } = context;
  const all = (await (await context.client()).schedules.list({})).schedules;
  const schedules = all.filter((schedule) => options.due !== true || urgent(schedule));
  if (output.json) return output.document({ schedules });
  if (schedules.length === 0)
    return output.note(all.length > 0 ? 'Nothing is due.' : 'Nothing is on the calendar. See what is shipped: pilothouse schedules sets');
  const rows = schedules.map((schedule) => [
    ...[schedule.fields.name, schedule.state, dueText(schedule), schedule.fields.title],
    ...[schedule.fields.workflow ?? 'reminder', `${schedule.targets.filter(urgent).length}/${schedule.targets.length}`, schedule.problem ?? ''],
  ]);
  for (const line of table(['NAME', 'STATE', 'DUE', 'TITLE', 'BY', 'DUE ON', 'PROBLEM'], rows, output)) output.line(line);
}

async function find(context: CliContext, name: string): Promise<Schedule> {
  const { schedules } = await (await context.client()).schedules.list({});
  const found = schedules.find(({ fields }) => fields.name === name);
  if (found === undefined) throw new UsageError(`There is no schedule "${name}". See "pilothouse schedules list".`);
  return found;
}

async function show(context: CliContext, name: string): Promise<void> {
  const { output } = context;
  const schedule = await find(context, name);
  if (output.json) return output.document({ schedule });
  const { fields } = schedule;
  output.line(`${output.style('bold', fields.title)}  ${schedule.state}`);
  output.line(recurrenceText(fields.recurrence));
  if (fields.text !== '') output.line(fields.text);
  if (fields.automatic) output.line('Runs by itself when it is due, and only checks.');
  if (schedule.problem !== null) output.line(`! ${schedule.problem}`);
  if (fields.workflow !== undefined) output.line(`Run it: pilothouse schedules run ${fields.name}`);
  output.line('');
  const rows = schedule.targets.map(({ name: target, state, dueAtMs, lastDone }) => [
    ...[target, state, momentText(dueAtMs, fields.recurrence.zone), lastDone === null ? 'never' : momentText(lastDone.atMs, fields.recurrence.zone)],
    ...[lastDone?.who ?? '', lastDone?.operationId ?? lastDone?.note ?? ''],
  ]);
  for (const line of table(['ON', 'STATE', 'DUE', 'LAST DONE', 'BY', 'PROOF'], rows, output)) output.line(line);
}

function fieldsOf(name: string, options: FieldOptions, before?: ScheduleFields): ScheduleFields {
  const given = {
    ...{ title: options.title, text: options.text, workflow: options.workflow, selector: options.on, inputs: options.input, owner: options.owner },
    ...{ checkOnly: options.checkOnly, automatic: options.automatic, paused: options.paused, downtimeMinutes: options.downtime },
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const parsed = scheduleFieldsSchema.safeParse({ title: name, ...before, ...set, name, recurrence: recurrenceOf(options, before?.recurrence) });
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
}

function told(context: CliContext, word: string, schedule: Schedule): void {
  if (context.output.json) context.output.document({ schedule });
  else context.output.line(`${word} ${schedule.fields.name}: ${recurrenceText(schedule.fields.recurrence)}; ${schedule.state} ${dueText(schedule)}`.trim());
}

async function add(context: CliContext, name: string, options: FieldOptions): Promise<void> {
  const { schedule } = await (await context.client()).schedules.add({ requestId: newRequestId(), fields: fieldsOf(name, options) });
  told(context, 'Added', schedule);
}

async function edit(context: CliContext, name: string, options: FieldOptions): Promise<void> {
  const fields = fieldsOf(name, options, (await find(context, name)).fields);
  const { schedule } = await (await context.client()).schedules.edit({ requestId: newRequestId(), name, fields });
  told(context, 'Changed', schedule);
}

async function complete(context: CliContext, name: string, { note, server = [] }: { note: string; server?: string[] }): Promise<void> {
  const { schedule } = await (await context.client()).schedules.complete({ requestId: newRequestId(), name, note, servers: server });
  told(context, 'Done:', schedule);
}

async function runNow(context: CliContext, name: string, options: { confirm?: string; outsideWindow?: string }): Promise<void> {
  const { fields } = await find(context, name);
  const { workflow, selector, inputs, checkOnly } = fields;
  if (workflow === undefined || selector === undefined)
    throw new UsageError(`"${name}" is a reminder. Do it, then: pilothouse schedules complete ${name} --note "…"`);
  const client = await context.client();
  const outside = options.outsideWindow === undefined ? {} : { outsideWindow: options.outsideWindow };
  const { operation } = await guarded(context, options.confirm, (confirm) =>
    client.workflows.run({ requestId: newRequestId(), id: workflow satisfies WorkflowId, selector, inputs, checkOnly, ...outside, ...confirm }),
  );
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: false }));
}

async function history(context: CliContext, name: string): Promise<void> {
  const { output } = context;
  const { completions } = await (await context.client()).schedules.history({ name });
  if (output.json) return output.document({ completions });
  const rows = completions.map(({ atMs, who, serverName, operationId, note }) => [
    new Date(atMs).toISOString(),
    who,
    serverName ?? '',
    operationId ?? '',
    note ?? '',
  ]);
  for (const line of table(['DONE', 'BY', 'SERVER', 'RUN', 'NOTE'], rows, output)) output.line(line);
}

async function sets(context: CliContext): Promise<void> {
  const { output } = context;
  const found = (await (await context.client()).schedules.sets({})).sets;
  if (output.json) return output.document({ sets: found });
  for (const set of found) {
    output.line(`${output.style('bold', set.id)}  ${set.title}`);
    output.line(set.summary);
    const rows = set.schedules.map((each) => [
      ...[`  ${each.name}`, recurrenceText({ ...each.recurrence, zone: 'your zone' }), each.workflow ?? 'reminder'],
      ...[each.downtimeMinutes === undefined ? '' : `${each.downtimeMinutes} min`, each.title],
    ]);
    for (const line of table(['  NAME', 'WHEN', 'BY', 'DOWNTIME', 'TITLE'], rows, output)) output.line(line);
  }
}

async function adopt(context: CliContext, set: string, { on, zone }: { on: string; zone?: string }): Promise<void> {
  const { output } = context;
  const taken = await (await context.client()).schedules.adopt({
    ...{ requestId: newRequestId(), set, selector: on },
    zone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  if (output.json) return output.document(taken);
  output.line(`Added ${taken.added.length}${taken.added.length === 0 ? '' : `: ${taken.added.join(', ')}`}.`);
  if (taken.kept.length > 0) output.line(`Kept as they are: ${taken.kept.join(', ')}.`);
}

async function remove(context: CliContext, name: string): Promise<void> {
  await (await context.client()).schedules.remove({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Took ${name} off the calendar.`);
}
