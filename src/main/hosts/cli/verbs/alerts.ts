import { Command, Option } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import type { Alert } from '../../../../shared/model/alert.ts';
import type { StateFrame } from '../../../../shared/model/stream.ts';
import { alertRow, deliveryLine, eventLine, evidenceLine, momentText, placeText, previewLines, standingText } from '../alertLines.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { consumeStream } from '../consumeStream.ts';
import { exitCodes } from '../exitCodes.ts';
import { collect, integer, span } from '../parseOptions.ts';
import { pastTime } from '../pastTime.ts';
import { harmless, table } from '../terminalText.ts';
import { channelsCommand, heartbeatCommand } from './alertChannels.ts';
import { timesCommand } from './alertTimes.ts';
import { alertRulesCommand } from './rulesOfAlerts.ts';
import type { Run } from './run.ts';

/** `pilothouse alerts …`: what is wrong, who was told, and what is to be told. */
export function alertsCommand(run: Run): Command {
  const alerts = new Command('alerts').description('what is wrong, by which evidence, and who was told');
  const example = (command: Command, text: string) => command.addHelpText('after', `\nExample: pilothouse alerts ${text}`);
  example(
    alerts
      .command('list')
      .description('open alerts, and what is held; with --all the history')
      .option('--all', 'those that are over, too')
      .option('--on <selector>', 'about these servers')
      .option('--since <time>', 'of the history: 24h, 7d, 2026-11-21', (value) => pastTime(value))
      .option('--limit <count>', 'of the history', integer, 50),
    'list --all --since 7d',
  ).action(run(list));
  example(
    alerts.command('show <alert>').description('one alert: evidence, what happened to it, who was told'),
    'show disk-full/srv_0123456789abcdef/disk:/data',
  ).action(run(show));
  example(
    alerts
      .command('ack <alerts...>')
      .description('say that you look after open alerts: no reminder, no next level')
      .option('--note <text>', 'what you do about it')
      .option('--for <time>', 'for so long: 30m, 2h, 1d', span)
      .option('--undo', 'nobody looks after them any more'),
    'ack disk-full/srv_0123456789abcdef/disk:/data --note "a larger disk is ordered"',
  ).action(run(acknowledge));
  example(
    alerts
      .command('silence')
      .description('hear nothing of something for a while')
      .option('--for <time>', 'for so long: 30m, 2h, 1d', span)
      .option('--reason <text>', 'why')
      .option('--on <selector>', 'about these servers')
      .option('--rule <id>', 'of this rule or cause; may be given several times', collect)
      .option('--subject <name>', 'about this, for example disk:/data; may be given several times', collect)
      .option('--dry-run', 'say what it would hold now, and silence nothing'),
    'silence --on gpu-1 --rule gpu-temperature --for 2h --reason "the fan is replaced"',
  ).action(run(silence));
  example(
    alerts.command('silences').description('silences and how they stand').option('--end <id>', 'end this one now'),
    'silences --end sil_0123456789abcdef',
  ).action(run(silences));
  example(alerts.command('watch').description('tell of alerts as they come and go, until Ctrl-C'), 'watch --json').action(run(watch));
  example(
    alerts
      .command('incident <alerts...>')
      .description('open an incident for alerts, with their servers and evidence')
      .addOption(new Option('--level <level>', '1 alert, 2 degraded, 3 outage').choices(['1', '2', '3']).default('1'))
      .option('--title <text>', 'what it is called'),
    'incident server-unreachable/srv_0123456789abcdef --level 2',
  ).action(run(incident));
  alerts.addCommand(alertRulesCommand(run));
  alerts.addCommand(channelsCommand(run));
  alerts.addCommand(timesCommand(run));
  alerts.addCommand(heartbeatCommand(run));
  return alerts;
}

/** What a stream says first. */
async function snapshotOf<T>(context: CliContext, open: (signal: AbortSignal) => Promise<AsyncIterable<StateFrame<T>>>): Promise<T[]> {
  const found: T[] = [];
  const leave = new AbortController();
  await consumeStream(await context.client(), await open(leave.signal), (frame: StateFrame<T>) => {
    if (frame.type !== 'snapshot') return frame.type === 'open';
    found.push(...frame.items);
    return !frame.last;
  });
  leave.abort();
  return found;
}

async function list(context: CliContext, options: { all?: boolean; on?: string; since?: number; limit: number }): Promise<void> {
  const { output } = context;
  const { alerts, servers } = await context.client();
  const picked = {
    limit: options.limit,
    ...(options.on !== undefined && { selector: options.on }),
    ...(options.since !== undefined && { sinceMs: options.since }),
  };
  const ids = options.on === undefined ? null : new Set<string>((await servers.list({ selector: options.on })).servers.map(({ id }) => id));
  if (ids?.size === 0) throw new AppError('selector.no-match', { selector: options.on ?? '' });
  if (options.all) {
    const history = await alerts.list(picked);
    if (output.json) return output.document(history);
    const rows = history.alerts.map(({ severity, raisedAtMs, endedAtMs, servers, title, acknowledgedBy, whileAway, id }) => [
      ...[severity, momentText(raisedAtMs), endedAtMs === null ? 'open' : momentText(endedAtMs), servers.map(({ name }) => name).join(', ')],
      ...[whileAway ? `${title} (while away)` : title, acknowledgedBy ?? '', id],
    ]);
    for (const line of table(['SEVERITY', 'RAISED', 'OVER', 'WHERE', 'WHAT', 'ACKNOWLEDGED', 'ALERT'], rows, output)) output.line(line);
    if (history.more) output.note('There are older ones; --limit shows more.');
    return;
  }
  const [status] = await snapshotOf(context, (signal) => alerts.status({}, { signal }));
  if (status?.watching === false) output.note('Nothing is judged now: no window and no "pilothouse serve" is open. This is how it stood last.');
  const all = await snapshotOf(context, (signal) => alerts.watch({}, { signal }));
  const found = ids === null ? all : all.filter((alert) => alert.servers.some(({ id }) => ids.has(id)));
  if (output.json) return output.document({ alerts: found });
  if (found.length === 0) return output.note('Nothing is wrong that a rule looks for. The history: pilothouse alerts list --all');
  const rank = { critical: 0, warning: 1, advice: 2 };
  const sorted = found.sort((a, b) => rank[a.severity] - rank[b.severity] || a.cause.localeCompare(b.cause) || a.sinceMs - b.sinceMs);
  for (const line of table(
    ['SEVERITY', 'FOR', 'WHERE', 'WHAT', 'STANDS', 'ALERT'],
    sorted.map((alert) => alertRow(alert, Date.now())),
    output,
  ))
    output.line(line);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const shown = await (await context.client()).alerts.show({ id });
  if (output.json) return output.document(shown);
  const { record, alert, events, deliveries } = shown;
  output.line(
    `${output.style('bold', record.title)}  ${record.severity}  ${alert === null ? `over since ${momentText(record.endedAtMs ?? 0)}` : standingText(alert)}`,
  );
  if (record.whileAway) output.line(`While away: it lasted from ${momentText(record.raisedAtMs)}, by what the server kept while nobody watched.`);
  if (alert !== null) output.line(placeText(alert));
  if (alert?.explanation) output.line(alert.explanation.trim());
  for (const each of alert?.evidence ?? events.at(-1)?.evidence ?? []) output.line(harmless(`- ${evidenceLine(each)}`));
  if (record.runbook !== null) output.line(`Runbook: pilothouse runbooks show ${record.runbook}`);
  output.line('');
  for (const event of events) output.line(harmless(eventLine(event)));
  for (const delivery of deliveries) output.line(harmless(deliveryLine(delivery)));
}

async function acknowledge(context: CliContext, keys: string[], { note, for: forMs, undo }: { note?: string; for?: number; undo?: boolean }): Promise<void> {
  const { alerts } = await context.client();
  const until = forMs === undefined ? {} : { untilMs: Date.now() + forMs };
  const changed = undo
    ? await alerts.unacknowledge({ requestId: newRequestId(), keys })
    : await alerts.acknowledge({ requestId: newRequestId(), keys, ...until, ...(note !== undefined && { note }) });
  if (context.output.json) return context.output.document(changed);
  for (const alert of changed.alerts) context.output.line(`${alert.key}: ${standingText(alert)}`);
}

interface SilenceOptions {
  for?: number;
  reason?: string;
  on?: string;
  rule?: string[];
  subject?: string[];
  dryRun?: boolean;
}

async function silence(context: CliContext, { for: forMs, reason, on, rule, subject, dryRun }: SilenceOptions): Promise<void> {
  const { output } = context;
  const scope = {
    ...(on !== undefined && { selector: on }),
    ...(rule !== undefined && { rules: rule }),
    ...(subject !== undefined && { subjects: subject }),
  };
  const { silences: all } = (await context.client()).alerts;
  if (dryRun) {
    const { preview } = await all.preview({ scope });
    if (output.json) return output.document({ preview });
    for (const line of previewLines(preview)) output.line(harmless(line));
    return;
  }
  if (forMs === undefined || reason === undefined) throw new UsageError('A silence needs an end and a reason: --for 2h --reason "the fan is replaced".');
  const made = await all.add({ requestId: newRequestId(), fields: { reason, untilMs: Date.now() + forMs, ...scope } });
  if (output.json) return output.document(made);
  output.line(`Silent until ${momentText(made.silence.untilMs)}. End it: pilothouse alerts silences --end ${made.silence.id}`);
}

async function silences(context: CliContext, { end }: { end?: string }): Promise<void> {
  const { output } = context;
  const { silences: all } = (await context.client()).alerts;
  if (end !== undefined) {
    const { silence: ended } = await all.end({ requestId: newRequestId(), id: end });
    return output.json ? output.document({ silence: ended }) : output.line(`Ended ${ended.id}.`);
  }
  const found = await all.list({});
  if (output.json) return output.document(found);
  if (found.silences.length === 0) return output.note('There are no silences.');
  const rows = found.silences.map((each) => [
    ...[each.id, each.state, momentText(each.untilMs), each.who, [each.selector, ...each.rules, ...each.subjects].filter(Boolean).join(' ')],
    ...[String(each.holds), each.reason],
  ]);
  for (const line of table(['SILENCE', 'STATE', 'UNTIL', 'BY', 'ABOUT', 'HOLDS', 'WHY'], rows, output)) output.line(line);
}

async function watch(context: CliContext): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const leave = new AbortController();
  const onInterrupt = () => leave.abort();
  process.once('SIGINT', onInterrupt);
  const known = new Map<string, Alert>();
  const tell = (word: string, alert: Alert) => {
    if (output.json) output.document({ change: word, alert });
    else
      output.line(
        harmless(`${momentText(Date.now())}  ${word.padEnd(8)} ${alert.severity.padEnd(8)} ${placeText(alert)}  ${alert.title}  ${standingText(alert)}`),
      );
  };
  try {
    const stream = await client.alerts.watch({}, { signal: leave.signal });
    await consumeStream(client, stream, (frame: StateFrame<Alert>) => {
      if (frame.type === 'open') return true;
      for (const alert of frame.type === 'snapshot' ? frame.items : frame.upsert) {
        const before = known.get(alert.key);
        known.set(alert.key, alert);
        if (before === undefined || standingText(before) !== standingText(alert) || before.severity !== alert.severity)
          tell(before === undefined ? 'is' : 'changed', alert);
      }
      if (frame.type === 'patch') {
        for (const key of frame.remove) {
          const before = known.get(key);
          known.delete(key);
          if (before !== undefined) tell('over', before);
        }
      }
      return true;
    });
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
  throw new ExitWith(exitCodes.interrupted);
}

async function incident(context: CliContext, keys: string[], { level, title }: { level: string; title?: string }): Promise<void> {
  const chosen = level === '3' ? 3 : level === '2' ? 2 : 1;
  const opened = await (await context.client()).alerts.openIncident({ requestId: newRequestId(), keys, level: chosen, ...(title !== undefined && { title }) });
  if (context.output.json) return context.output.document(opened);
  context.output.line(`Opened ${opened.incident.id}: ${opened.incident.title}. See it: pilothouse incidents show ${opened.incident.id}`);
}
