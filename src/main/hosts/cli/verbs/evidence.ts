import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import { type OutputHit, type ReportFormat, reportFormatSchema } from '../../../../shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { integer } from '../parseOptions.ts';
import { pastTime } from '../pastTime.ts';
import { byteSize, table } from '../terminalText.ts';
import { uploadFile } from '../uploadFile.ts';
import type { Run } from './run.ts';

interface PlaceOptions {
  server?: string;
  step?: string;
}

const at = (atMs: number) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

async function placeOf(context: CliContext, id: string, { server, step }: PlaceOptions): Promise<{ id: OperationId; serverId?: ServerId; stepId?: string }> {
  const operation = await (await context.client()).operations.get({ id: id as OperationId });
  const target = operation.targets.find(({ name }) => name === server);
  if (server !== undefined && target === undefined)
    throw new UsageError(`It has no server ${server}: ${operation.targets.map(({ name }) => name).join(', ')}.`);
  if (step !== undefined && !operation.steps.some((each) => each.id === step))
    throw new UsageError(`There is no step ${step}. Steps: ${operation.steps.map((each) => each.id).join(', ')}.`);
  return { id: operation.id, ...(target !== undefined && { serverId: target.serverId }), ...(step !== undefined && { stepId: step }) };
}

async function note(context: CliContext, id: string, text: string, options: PlaceOptions): Promise<void> {
  const place = await placeOf(context, id, options);
  const { note: kept } = await (await context.client()).evidence.note({ requestId: newRequestId(), ...place, text });
  if (context.output.json) context.output.document({ note: kept });
  else context.output.line(`Noted at ${id}.`);
}

async function attach(context: CliContext, id: string, files: string[], options: PlaceOptions): Promise<void> {
  const place = await placeOf(context, id, options);
  const client = await context.client();
  const attachments = [];
  for (const file of files) attachments.push(await uploadFile(client, file, place));
  if (context.output.json) return context.output.document({ attachments });
  for (const { id: attached, name, size, type, sha256 } of attachments)
    context.output.line(`${attached}  ${name}  ${byteSize(size)}  ${type}  sha256 ${sha256}`);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const operation = await client.operations.get({ id: id as OperationId });
  const evidence = await client.evidence.show({ id: operation.id });
  if (output.json) return output.document(evidence);
  const where = whereIn(operation);
  for (const line of table(
    ['TIME (UTC)', 'WHERE', 'WHAT', 'WHO'],
    evidence.timeline.map((event) => [at(event.atMs), where(event), event.text.replaceAll('\n', ' '), event.who ?? '']),
    output,
  ))
    output.line(line);
  if (evidence.timelineCut) output.note('There is more; "runs report" has it.');
  if (evidence.attachments.length === 0) return;
  output.line('');
  for (const line of table(
    ['FILE', 'NAME', 'SIZE', 'TYPE', 'SHA-256'],
    evidence.attachments.map((file) => [file.id, file.name, byteSize(file.size), file.type, file.sha256]),
    output,
  ))
    output.line(line);
}

function whereIn({ targets, steps }: Operation) {
  return ({ serverId, stepId }: { serverId: string | null; stepId: string | null }) => {
    const names = [targets.find((target) => target.serverId === serverId)?.name, steps.find((step) => step.id === stepId)?.id];
    return names.filter((name) => name !== undefined).join('/') || 'run';
  };
}

async function download(context: CliContext, attachmentId: string, options: { out?: string }): Promise<void> {
  const client = await context.client();
  const pieces: Buffer[] = [];
  let name = attachmentId;
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: Awaited<ReturnType<typeof client.evidence.download>> = await client.evidence.download({ attachmentId, offset });
    pieces.push(Buffer.from(piece.data, 'base64'));
    name = piece.attachment.name;
    offset = piece.nextOffset;
  }
  await write(context, options.out ?? name, Buffer.concat(pieces));
}

interface SearchOptions {
  server?: string;
  workflow?: string;
  since?: number;
  until?: number;
  limit: number;
}

async function search(context: CliContext, text: string, options: SearchOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const serverId = options.server === undefined ? undefined : (await client.servers.get({ name: options.server })).server.id;
  const found = await client.evidence.search({
    ...{ text, limit: options.limit },
    ...(serverId !== undefined && { serverId }),
    ...(options.workflow !== undefined && { subject: options.workflow }),
    ...(options.since !== undefined && { sinceMs: options.since }),
    ...(options.until !== undefined && { untilMs: options.until }),
  });
  if (output.json) return output.document(found);
  let run = '';
  for (const hit of found.hits) {
    if (hit.operationId !== run) output.line(`${output.style('bold', hit.title)}  ${hit.operationId}  ${hit.state}`);
    run = hit.operationId;
    output.line(hitLine(hit));
  }
  const { runs, bytes, elapsedMs } = found.searched;
  output.note(`${found.hits.length} lines in ${runs} runs, ${byteSize(bytes)} looked through in ${(elapsedMs / 1000).toFixed(1)} s.`);
  if (found.cut === 'limit') output.note('There are more: say which --server, --workflow or --since, or raise --limit.');
  if (found.cut === 'time') output.note('Older runs were not looked at: say --since and --until, or which --server.');
}

/** One hit as a line: where, when, and the text. */
export function hitLine({ server, stepId, atMs, line }: Pick<OutputHit, 'server' | 'stepId' | 'atMs' | 'line'>): string {
  return `  ${at(atMs)}  ${[server, stepId].filter((part) => part !== null).join('/')}: ${line.trim()}`;
}

async function report(context: CliContext, id: string, options: { format: ReportFormat; out?: string }): Promise<void> {
  const made = await (await context.client()).evidence.report({ id: id as OperationId, format: options.format });
  const bytes = Buffer.from(made.data, 'base64');
  if (options.out === '-' || (options.out === undefined && options.format !== 'pdf')) return context.output.raw(bytes);
  await write(context, options.out ?? made.name, bytes);
}

async function write(context: CliContext, path: string, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes, { mode: 0o600 }).catch((cause: unknown) => {
    throw new AppError('local.file-unwritable', { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  });
  if (context.output.json) context.output.document({ file: path, bytes: bytes.length });
  else context.output.line(`${path}  ${byteSize(bytes.length)}`);
}

/** Adds what people leave at runs, the search and the reports to `pilothouse runs`. */
export function addEvidenceVerbs(runs: Command, run: Run): void {
  runs
    .command('note <id> <text>')
    .description('write something down at a run, or at a server or step of it')
    .option('--server <name>', 'which server')
    .option('--step <step>', 'which step')
    .addHelpText('after', '\nExample: pilothouse runs note op_… "the mirror was slow" --server gpu-1')
    .action(run(note));
  runs
    .command('attach <id> <file...>')
    .description('keep files with a run; prints their ids, by which answers refer to them')
    .option('--server <name>', 'which server')
    .option('--step <step>', 'which step')
    .addHelpText('after', '\nExample: pilothouse runs attach op_… console.png --step sign-off')
    .action(run(attach));
  runs
    .command('evidence <id>')
    .description('everything that happened in a run, in order, and what was attached')
    .addHelpText('after', '\nExample: pilothouse runs evidence op_…')
    .action(run(show));
  runs
    .command('download <attachment>')
    .description('fetch an attached file; it is compared with the hash that it was kept under')
    .option('--out <file>', 'where to write it; absent: under its own name here')
    .addHelpText('after', '\nExample: pilothouse runs download att_… --out proof.png')
    .action(run(download));
  runs
    .command('search <text>')
    .description('find a text in the output of all runs')
    .option('--server <name>', 'of this server alone')
    .option('--workflow <id>', 'in runs of this workflow or stack')
    .option('--since <time>', 'not before: 24h, 7d, 2026-11-21', (value) => pastTime(value))
    .option('--until <time>', 'not after', (value) => pastTime(value))
    .option('--limit <n>', 'at most so many lines', integer, 100)
    .addHelpText('after', '\nExample: pilothouse runs search "Xid 79" --since 7d')
    .action(run(search));
  runs
    .command('report <id>')
    .description('a report of a run that proves what was done: definition and its hash, matrix, steps, answers, notes, files, timeline, output')
    .addOption(new Option('--format <format>', 'what it is written in').choices(reportFormatSchema.options).default('md'))
    .option('--out <file>', 'where to write it; absent: to standard output, PDF to a file of its own; "-": standard output')
    .addHelpText('after', '\nExample: pilothouse runs report op_… --format pdf --out hardening.pdf')
    .action(run(report));
}
