import { Command, InvalidArgumentError, Option } from 'commander';
import { type AlertSeverity, alertSeverities } from '../../../../shared/model/alertRule.ts';
import { type AlertTimesView, alertTimesSchema, type SeverityTimes } from '../../../../shared/model/alertTimes.ts';
import { momentText } from '../alertLines.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { span } from '../parseOptions.ts';
import { duration, table } from '../terminalText.ts';
import type { Run } from './run.ts';

type Span = number | 'never';

interface TimesOptions {
  level2?: Span;
  level3?: Span;
  remind?: Span;
}

/** `pilothouse alerts times …`: when alerts are told again, and to whom next. */
export function timesCommand(run: Run): Command {
  const times = new Command('times').description('when alerts are told again, and when the next level is told');
  times.command('show').description('the times of each severity').addHelpText('after', '\nExample: pilothouse alerts times show').action(run(show));
  times
    .command('set')
    .description('change those of one severity; what is not given stays')
    .addOption(new Option('--severity <severity>', 'of these alerts').choices([...alertSeverities]).makeOptionMandatory())
    .option('--level2 <time>', 'unacknowledged for so long, it goes to level 2: 30m, 2h; or never', spanOrNever)
    .option('--level3 <time>', 'and for so long at level 2, to level 3; or never', spanOrNever)
    .option('--remind <time>', 'an open one is told again so often: 4h, 1d; or never', spanOrNever)
    .addHelpText('after', '\nExample: pilothouse alerts times set --severity critical --level2 15m --level3 30m --remind 2h')
    .action(run(set));
  times.command('reset').description('the usual times again').addHelpText('after', '\nExample: pilothouse alerts times reset').action(run(reset));
  return times;
}

/** A span in milliseconds. */
function spanOrNever(value: string): Span {
  if (value === 'never') return value;
  try {
    return span(value);
  } catch {
    throw new InvalidArgumentError('a time is expected: 30m, 2h or 1d; or never.');
  }
}

async function show(context: CliContext): Promise<void> {
  tell(context, await (await context.client()).alerts.times.show({}));
}

async function set(context: CliContext, options: TimesOptions & { severity: AlertSeverity }): Promise<void> {
  if (options.level2 === undefined && options.level3 === undefined && options.remind === undefined) throw new UsageError('Say what to change.');
  const { times } = (await context.client()).alerts;
  const before = (await times.show({})).times;
  const parsed = alertTimesSchema.safeParse({ ...before, [options.severity]: changed(before[options.severity], options) });
  if (!parsed.success) throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
  tell(context, await times.save({ requestId: newRequestId(), times: parsed.data }));
}

/** Without a time to level 2 there is none to level 3. */
function changed({ escalateS, repeatS }: SeverityTimes, { level2, level3, remind }: TimesOptions): SeverityTimes {
  const secondsOf = (ms: Span | undefined, before: number | undefined) => (ms === undefined ? before : ms === 'never' ? undefined : ms / 1000);
  const [second, third] = [secondsOf(level2, escalateS[0]), secondsOf(level3, escalateS[1])];
  if (second === undefined && typeof level3 === 'number') throw new UsageError('It goes to level 3 from level 2 only: give --level2, too.');
  const levels = second === undefined ? [] : third === undefined ? [second] : [second, third];
  return { escalateS: levels, repeatS: remind === undefined ? repeatS : remind === 'never' ? null : remind / 1000 };
}

async function reset(context: CliContext): Promise<void> {
  tell(context, await (await context.client()).alerts.times.save({ requestId: newRequestId(), times: null }));
}

function tell({ output }: CliContext, view: AlertTimesView): void {
  if (output.json) {
    output.document(view);
    return;
  }
  const text = (seconds: number | null | undefined) => (seconds == null ? 'never' : duration(seconds * 1000));
  const rows = alertSeverities.toReversed().map((severity) => {
    const { escalateS, repeatS } = view.times[severity];
    return [severity, text(escalateS[0]), text(escalateS[1]), text(repeatS)];
  });
  for (const line of table(['SEVERITY', 'LEVEL 2 AFTER', 'LEVEL 3 AFTER', 'TOLD AGAIN EVERY'], rows, output)) output.line(line);
  output.note(view.changedBy === null ? 'These are the usual times.' : `Changed by ${view.changedBy} at ${momentText(view.changedAtMs ?? 0)}.`);
}
