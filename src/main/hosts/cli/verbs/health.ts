import { Command, InvalidArgumentError } from 'commander';
import type { SerializedError } from '../../../../shared/errors.ts';
import { errorWording } from '../../../../shared/errorWording.ts';
import type { HealthPart } from '../../../../shared/model/serverHealth.ts';
import type { CoreClient } from '../../../transport/coreClient.ts';
import type { CliContext } from '../cliContext.ts';
import { connectionError, ExitWith, errorLines } from '../cliErrors.ts';
import { consumeStream } from '../consumeStream.ts';
import { exitCodeOfError, exitCodes } from '../exitCodes.ts';
import { HealthBoard, type ServerHealth } from '../healthBoard.ts';
import { healthLines, readingLines } from '../healthLines.ts';
import { HealthWatchLines } from '../healthWatchLines.ts';
import { noteNetwork } from '../networkNote.ts';
import { collect, integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import { addEnginesVerb } from './healthEngines.ts';
import { addHistoryVerbs } from './healthHistory.ts';
import { addRecorderVerbs } from './healthRecorder.ts';
import { addSharingVerbs } from './healthSharing.ts';
import type { Run } from './run.ts';

/** A core that is lost so often does not come back to stay. */
const mostLost = 100;

const wanted = (metric: string[] | undefined) => (metric === undefined ? {} : { metrics: metric });

async function snapshot(context: CliContext, selector: string, options: { metric?: string[]; wait: number }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const board = new HealthBoard();
  const stream = await client.health.snapshot({ selector, waitS: options.wait, ...wanted(options.metric) });
  await consumeStream(client, stream, (frame) => {
    board.take(frame);
    return true;
  });
  const servers = board.servers();
  if (output.json) output.document({ servers: servers.map(documentOf) });
  else if (options.metric === undefined) for (const health of servers) for (const line of healthLines(health, Date.now())) output.line(line);
  else for (const line of table(['SERVER', 'OF', 'METRIC', 'VALUE'], servers.flatMap(readingLines), output)) output.line(line);
  await reportFailed(context, servers);
}

function documentOf({ server, parts, readings }: ServerHealth): Record<string, unknown> {
  const { serverName, serverId, state, error, observedAtMs, gpus } = server;
  return {
    ...{ server: serverName, serverId, state, error: error === null ? null : { ...error, ...errorWording(error) } },
    observedAt: observedAtMs === null ? null : new Date(observedAtMs).toISOString(),
    gpus,
    sources: parts
      .filter(({ part }) => part === 0)
      .map(({ source, observedAtMs: atMs, stale, status, leftOut }) => ({ source, observedAt: new Date(atMs).toISOString(), stale, status, leftOut })),
    readings: [...readings.values()].map(({ observedAtMs: atMs, ...reading }) => ({ ...reading, observedAt: new Date(atMs).toISOString() })),
  };
}

/** Says of servers that are not live why, and ends with the code that this has. */
async function reportFailed(context: CliContext, servers: readonly ServerHealth[]): Promise<void> {
  const failed = servers.filter(({ server }) => server.state !== 'live');
  if (failed.length === 0) return;
  for (const { server } of failed) tellError(context, server.serverName, server.error);
  await noteNetwork(context);
  const codes = new Set(failed.map(({ server }) => (server.error === null ? exitCodes.unreachable : exitCodeOfError(server.error.code))));
  const [code = exitCodes.unreachable] = codes;
  throw new ExitWith(failed.length < servers.length ? exitCodes.partly : codes.size === 1 ? code : exitCodes.unreachable);
}

function tellError({ output }: CliContext, serverName: string, error: SerializedError | null): void {
  if (error === null) output.problem(`${serverName}: nothing new came in time; --wait gives it longer.`);
  else for (const line of errorLines(error, output)) output.problem(line);
}

interface WatchOptions {
  interval: number;
  metric?: string[];
  count?: number;
}

async function watch(context: CliContext, selector: string, options: WatchOptions): Promise<void> {
  const leave = new AbortController();
  const onInterrupt = () => leave.abort();
  process.once('SIGINT', onInterrupt);
  const lines = new HealthWatchLines(context.output, { byMetric: options.metric !== undefined, now: Date.now });
  let done = false;
  try {
    for (let lost = 0; !done && !leave.signal.aborted; lost += 1) {
      try {
        done = await readStream(context, await context.client(), selector, options, lines, leave.signal);
      } catch (error) {
        if (leave.signal.aborted) break;
        if (connectionError(error) === null || lost > mostLost) throw error;
      }
      if (!done && !leave.signal.aborted) context.output.note('The core ended; the figures go on with another one.');
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
  if (!done) throw new ExitWith(exitCodes.interrupted);
}

/** Resolves with whether all was told that was asked for. */
async function readStream(
  context: CliContext,
  client: CoreClient,
  selector: string,
  options: WatchOptions,
  lines: HealthWatchLines,
  signal: AbortSignal,
): Promise<boolean> {
  const board = new HealthBoard();
  const stream = await client.health.watch({ selector, intervalS: options.interval, ...wanted(options.metric) }, { signal });
  let done = false;
  await consumeStream(client, stream, async (frame) => {
    const parts = board.take(frame);
    if (context.output.json) for (const part of parts) context.output.document(lineOf(part, board));
    lines.tell(parts, board);
    // A pipe that is read slowly holds the core back.
    if (process.stdout.writableNeedDrain) await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
    done = options.count !== undefined && lines.looks(board) >= options.count;
    return !done;
  });
  return done;
}

function lineOf(part: HealthPart, board: HealthBoard): Record<string, unknown> {
  const server = board.server(part.serverId)?.serverName;
  const observedAt = part.observedAtMs === null ? null : new Date(part.observedAtMs).toISOString();
  if (part.kind === 'server') return { kind: part.kind, server, state: part.state, error: part.error, observedAt, intervalS: part.intervalS, gpus: part.gpus };
  const { source, part: number, stale, status, leftOut, readings } = part;
  return { kind: part.kind, server, source, part: number, observedAt, stale, status, leftOut, readings };
}

async function metrics(context: CliContext): Promise<void> {
  const { output } = context;
  const found = (await (await context.client()).health.metrics({})).metrics;
  if (output.json) return output.document({ metrics: found });
  const rows = found.map(({ name, unit, subjects, label }) => [name, unit, subjects.join(' '), label]);
  for (const line of table(['METRIC', 'UNIT', 'OF', 'WHAT'], rows, output)) output.line(line);
}

/** Seconds from 1 to 60. */
function seconds(value: string): number {
  const number = integer(value);
  if (number < 1 || number > 60) throw new InvalidArgumentError('1 to 60 seconds are expected.');
  return number;
}

/** `pilothouse health …`: live figures of servers, those of the past, and who else gets them. */
export function healthCommand(run: Run): Command {
  const health = new Command('health').description('live figures of servers: CPU, memory, disks, GPUs, containers');
  health
    .command('snapshot')
    .description('one look at servers')
    .argument('<selector>', 'which servers')
    .option('--metric <name>', 'only this metric, one line each; may be given several times', collect)
    .option('--wait <seconds>', 'how long the first look may take', seconds, 15)
    .addHelpText('after', "\nExample: pilothouse health snapshot 'env:production' --metric gpuTemperatureCelsius")
    .action(run(snapshot));
  health
    .command('watch')
    .description('look again and again, until Ctrl-C')
    .argument('<selector>', 'which servers')
    .option('--interval <seconds>', 'seconds between two looks', seconds, 5)
    .option('--metric <name>', 'only this metric, one line each; may be given several times', collect)
    .option('--count <looks>', 'end after so many looks at each server', integer)
    .addHelpText('after', '\nExample: pilothouse health watch gpu-1 --interval 1')
    .action(run(watch));
  health
    .command('metrics')
    .description('what is measured, with units')
    .addHelpText('after', '\nExample: pilothouse health metrics --json')
    .action(run(metrics));
  addEnginesVerb(health, run);
  addRecorderVerbs(health, run);
  addHistoryVerbs(health, run);
  addSharingVerbs(health, run);
  return health;
}
