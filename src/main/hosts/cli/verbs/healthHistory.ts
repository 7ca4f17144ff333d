import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { type HealthExportFormat, healthExportFormatSchema } from '../../../../shared/contract/health.ts';
import { gatherHistory, type HistoryColumns, type HistoryPiece } from '../../../../shared/model/healthHistory.ts';
import { measuredMetric } from '../../../../shared/model/measuredMetrics.ts';
import type { CliContext } from '../cliContext.ts';
import { consumeStream } from '../consumeStream.ts';
import { metricText } from '../metricText.ts';
import { collect, integer } from '../parseOptions.ts';
import { pastTime } from '../pastTime.ts';
import { table } from '../terminalText.ts';
import { openWrittenFile } from '../writtenFile.ts';
import type { Run } from './run.ts';

const hourMs = 3_600_000;

interface SeriesOptions {
  on: string;
  of?: string;
  since?: number;
  until?: number;
  points: number;
}

async function series(context: CliContext, name: string | undefined, options: SeriesOptions): Promise<void> {
  if (name === undefined) return listSeries(context, options);
  const { output } = context;
  const client = await context.client();
  const subject = options.of === undefined ? {} : { subject: options.of === 'server' ? '' : options.of };
  const wanted = { selector: options.on, series: [{ metric: name, ...subject }], ...timesOf(options), maxPoints: options.points };
  const pieces: HistoryPiece[] = [];
  await consumeStream(client, await client.health.history(wanted), (frame) => {
    if (frame.type === 'items') pieces.push(...frame.items);
    return true;
  });
  const found = gatherHistory(pieces);
  if (output.json) return output.document({ series: found.map(documentOf) });
  if (found.length === 0) return output.note('Nothing of it is kept of that time.');
  const rows = found.flatMap(({ serverName, subject: of, atMs, min, mean, max, stepMs }) => {
    const unit = measuredMetric(name, of)?.unit;
    const text = (value: number | undefined) => (value === undefined ? '' : unit === undefined ? String(value) : metricText(value, unit));
    return atMs.map((time, index) => [
      ...[new Date(time).toISOString(), serverName, of === '' ? 'server' : of, text(mean[index])],
      ...(stepMs === 0 ? ['', ''] : [text(min[index]), text(max[index])]),
    ]);
  });
  for (const line of table(['TIME', 'SERVER', 'OF', 'MEAN', 'LEAST', 'MOST'], rows, output)) output.line(line);
}

function documentOf({ serverName, subject, metric, stepMs, atMs, min, mean, max }: HistoryColumns): Record<string, unknown> {
  const points = atMs.map((time, index) => ({ at: new Date(time).toISOString(), min: min[index], mean: mean[index], max: max[index] }));
  return { server: serverName, subject, metric, unit: measuredMetric(metric, subject)?.unit ?? null, stepS: stepMs / 1000, points };
}

async function listSeries({ output, client }: CliContext, { on }: SeriesOptions): Promise<void> {
  const found = await (await client()).health.series({ selector: on });
  if (output.json) return output.document(found);
  const rows = found.servers.flatMap(({ serverName, series: own }) =>
    own.map(({ metric, subjects }) => {
      const units = new Set(subjects.map((subject) => measuredMetric(metric, subject)?.unit ?? ''));
      return [serverName, metric, [...units].join(' '), subjects.map((subject) => (subject === '' ? 'server' : subject)).join(' ')];
    }),
  );
  for (const line of table(['SERVER', 'METRIC', 'UNIT', 'OF'], rows, output)) output.line(line);
  if (found.leftOut > 0) output.note(`${found.leftOut} more servers are left out.`);
}

interface ExportOptions {
  on: string;
  format: HealthExportFormat;
  metric?: string[];
  since?: number;
  until?: number;
  out?: string;
}

async function exportReadings(context: CliContext, { on, format, metric, out, ...times }: ExportOptions): Promise<void> {
  const client = await context.client();
  const wanted = { selector: on, format, ...timesOf(times), ...(metric === undefined ? {} : { series: metric.map((name) => ({ metric: name })) }) };
  const stream = await client.health.export(wanted);
  const file = out === undefined ? null : await openWrittenFile(out);
  try {
    await consumeStream(client, stream, async (frame) => {
      if (frame.type !== 'items') return true;
      for (const { text } of frame.items) {
        if (file === null) context.output.raw(text);
        else await file.write(text);
      }
      // A pipe that is read slowly holds the core back.
      if (file === null && process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
      return true;
    });
  } catch (error) {
    await file?.drop();
    throw error;
  }
  if (file === null) return;
  await file.finish();
  context.output.note(`Written to ${out}.`);
}

function timesOf({ since, until }: { since?: number; until?: number }): { fromMs: number; toMs: number } {
  const toMs = until ?? Date.now();
  return { fromMs: since ?? toMs - hourMs, toMs };
}

/** Verbs for figures of the past. */
export function addHistoryVerbs(health: Command, run: Run): void {
  const since = () => new Option('--since <time>', 'from when on: 1h, 7d, 2026-11-21; absent: an hour').argParser((value: string) => pastTime(value));
  const until = () => new Option('--until <time>', 'until when; absent: now').argParser((value: string) => pastTime(value));
  health
    .command('series')
    .description('a metric over time; without a name: which are kept')
    .argument('[name]', 'a name of "health metrics"')
    .requiredOption('--on <selector>', 'which servers')
    .option('--of <subject>', 'of what alone: server, gpu:GPU-4a…, gpu:*')
    .addOption(since())
    .addOption(until())
    .option('--points <number>', 'points of a series at most', integer, 60)
    .addHelpText('after', "\nExample: pilothouse health series gpuTemperatureCelsius --on 'env:production' --since 6h")
    .action(run(series));
  health
    .command('export')
    .description('kept figures for other programs')
    .requiredOption('--on <selector>', 'which servers')
    .addOption(
      new Option('--format <format>', 'csv, openmetrics with times, or prometheus with the newest values')
        .choices(healthExportFormatSchema.options)
        .default('csv'),
    )
    .option('--metric <name>', 'only this metric; may be given several times', collect)
    .addOption(since())
    .addOption(until())
    .option('--out <file>', 'file that is written')
    .addHelpText('after', '\nExample: pilothouse health export --on gpu-1 --format openmetrics --since 24h --out gpu-1.txt')
    .action(run(exportReadings));
}
