import { Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import type { LogEntry, LogsFrame } from '../../../../shared/model/log.ts';
import type { CoreClient } from '../../../transport/coreClient.ts';
import type { CliContext } from '../cliContext.ts';
import { connectionError, ExitWith, UsageError } from '../cliErrors.ts';
import { consumeStream } from '../consumeStream.ts';
import { exitCodes } from '../exitCodes.ts';
import { LogLines } from '../logLines.ts';
import { collect, integer } from '../parseOptions.ts';
import { pastTime } from '../pastTime.ts';
import type { Run } from './run.ts';

/** A core that is lost so often does not come back to stay. */
const mostLost = 100;

interface LogsOptions {
  stack?: string[];
  service?: string[];
  container?: string[];
  unit?: string[];
  file?: string[];
  follow?: boolean;
  since?: number;
  until?: number;
  tail: number;
  grep?: RegExp;
  utc?: boolean;
  sources?: boolean;
}

async function logs(context: CliContext, selector: string, options: LogsOptions): Promise<void> {
  if (options.sources === true) return listSources(context, selector, options);
  if (options.since !== undefined && options.until !== undefined && options.until < options.since) throw new UsageError('--until is before --since.');
  const leave = new AbortController();
  process.once('SIGINT', () => leave.abort());
  const reading: Reading = { lines: new LogLines(context.output, { utc: options.utc ?? false }), places: null, failed: 0, servers: new Set(), ended: false };
  for (let lost = 0; !reading.ended && !leave.signal.aborted; lost += 1) {
    try {
      await readStream(context, await context.client(), selector, options, reading, leave.signal);
    } catch (error) {
      if (leave.signal.aborted) break;
      if (options.follow !== true || connectionError(error) === null || lost > mostLost) throw error;
    }
    if (reading.ended || leave.signal.aborted) break;
    if (options.follow !== true) throw new AppError('core.unavailable', { reason: 'it ended while the command was waiting' });
    context.output.note('The core ended; the logs go on with another one where they stopped.');
    reading.lines.forget();
  }
  if (leave.signal.aborted) throw new ExitWith(exitCodes.interrupted);
  if (reading.failed > 0) throw new ExitWith(reading.failed === reading.servers.size ? exitCodes.unreachable : exitCodes.partly);
}

/** What is known of a stream while it is read. */
interface Reading {
  lines: LogLines;
  /** Where every source stands; null: nothing came yet. */
  places: Record<string, string> | null;
  servers: Set<string>;
  failed: number;
  ended: boolean;
}

async function readStream(
  context: CliContext,
  client: CoreClient,
  selector: string,
  options: LogsOptions,
  reading: Reading,
  signal: AbortSignal,
): Promise<void> {
  const want = {
    ...{ stacks: options.stack ?? [], services: options.service ?? [], containers: options.container ?? [] },
    ...{ units: options.unit ?? [], files: options.file ?? [] },
  };
  const times = { ...(options.since === undefined ? {} : { sinceMs: options.since }), ...(options.until === undefined ? {} : { untilMs: options.until }) };
  const resume = reading.places === null ? {} : { resume: reading.places };
  const stream = await client.logs.follow({ selector, want, ...times, ...resume, tail: options.tail, follow: options.follow ?? false }, { signal });
  await consumeStream(client, stream, async (frame) => {
    takeFrame(context, frame, options, reading);
    // A pipe that is read slowly holds the core back, and it the servers.
    if (process.stdout.writableNeedDrain) await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
    return true;
  });
}

function takeFrame({ output }: CliContext, frame: LogsFrame, options: LogsOptions, reading: Reading): void {
  if (frame.type === 'sources') reading.lines.know(frame.sources);
  if (frame.type === 'end') reading.ended = true;
  if (frame.type === 'server') {
    reading.servers.add(frame.serverName);
    if (frame.state === 'failed') reading.failed += 1;
    if (frame.state === 'failed' || frame.state === 'reconnecting')
      output.note(`${frame.serverName}: ${frame.state}${frame.reason === null ? '' : ` (${frame.reason})`}`);
  }
  if (frame.type !== 'entries') return;
  reading.places = { ...reading.places, ...frame.positions };
  for (const entry of frame.entries) {
    if (options.grep !== undefined && entry.gap !== true && !options.grep.test(entry.text)) continue;
    if (output.json) output.document(documentOf(entry, reading.lines));
    else output.line(reading.lines.line(entry));
  }
}

/** An entry that says of itself where it is from. */
function documentOf({ source, ...entry }: LogEntry, lines: LogLines): Record<string, unknown> {
  const from = lines.source(source);
  return {
    at: new Date(entry.atMs).toISOString(),
    server: from?.serverName,
    kind: from?.kind,
    stack: from?.stack,
    name: from?.name,
    container: from?.container,
    ...entry,
  };
}

async function listSources(context: CliContext, selector: string, options: LogsOptions): Promise<void> {
  const { output } = context;
  const { sources, failures } = await (await context.client()).logs.sources({ selector, stacks: options.stack ?? [] });
  if (output.json) output.document({ sources, failures });
  else {
    for (const { serverName, kind, stack, name, container, state } of sources)
      output.line([serverName, kind, stack === null ? name : `${stack}/${name}`, container ?? '', state].filter((part) => part !== '').join('  '));
  }
  for (const { serverName, error } of failures) output.problem(`${serverName}: ${error.code}`);
  if (failures.length > 0) throw new ExitWith(sources.length > 0 ? exitCodes.partly : exitCodes.unreachable);
}

function regex(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw new InvalidArgumentError('a regular expression is expected.');
  }
}

/** `pilothouse logs SELECTOR`: lines of containers, units and files of several servers as one. */
export function logsCommand(run: Run): Command {
  return new Command('logs')
    .description('logs of containers, of the journal and of files, of several servers in the order of time')
    .argument('<selector>', 'which servers')
    .option('--stack <id>', 'containers of this stack, or of a compose project; may be given several times, as all of these', collect)
    .option('--service <name>', 'only this service', collect)
    .option('--container <name>', 'a container by its name', collect)
    .option('--unit <name>', 'a unit of the journal; "-" for all of it, "kernel" for the kernel', collect)
    .option('--file <path>', 'a file of the servers', collect)
    .option('--follow', 'go on until Ctrl-C, through restarts, rotations and lost connections')
    .option('--since <time>', 'lines since then: 30m, 24h, 7d ago, or 2026-11-21T09:30Z', (value) => pastTime(value))
    .option('--until <time>', 'and not after', (value) => pastTime(value))
    .option('--tail <lines>', 'the last so many of each, where no time is given', integer, 200)
    .option('--grep <regex>', 'only lines that match', regex)
    .option('--utc', 'times in UTC')
    .option('--sources', 'list what there is to follow')
    .addHelpText('after', '\nExample: pilothouse logs env:production --stack privaxai --follow --since 15m')
    .action(run(logs));
}
