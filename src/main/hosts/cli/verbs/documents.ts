import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import {
  type DocumentFields,
  type DocumentKind,
  type DocumentSummary,
  documentKindSchema,
  mostDocumentText,
  reviewState,
} from '../../../../shared/model/document.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import { titleOfText } from '../../../../shared/model/markdownTitle.ts';
import { dayOf, daySchema } from '../../../../shared/model/serverRecord.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { collect, integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface FieldOptions {
  title?: string;
  kind?: DocumentKind;
  owner?: string;
  reviewedOn?: string;
  nextReview?: string;
  server?: string[];
  group?: string[];
  stack?: string[];
  note?: string;
}

function day(value: string): string {
  if (value !== '-' && !daySchema.safeParse(value).success) throw new InvalidArgumentError('a day like 2026-11-21 is expected, or "-" for none.');
  return value;
}

function withFields(command: Command): Command {
  return command
    .option('--title <title>', 'what it is called')
    .addOption(new Option('--kind <kind>', 'what it is for').choices(documentKindSchema.options))
    .option('--owner <who>', 'person or team that answers for it; "-" for nobody')
    .option('--reviewed-on <day>', 'day of the last review; "-" for none', day)
    .option('--next-review <day>', 'day of the next review; "-" for none', day)
    .option('--server <name>', 'server that it is about; may be given several times; "-" for none', collect)
    .option('--group <group>', 'group that it is about; may be given several times; "-" for none', collect)
    .option('--stack <id>', 'stack that it is about; may be given several times; "-" for none', collect)
    .option('--note <text>', 'what was changed, for the list of versions');
}

/** `pilothouse documents …`: access procedures, runbooks, reviews. */
export function documentsCommand(run: Run): Command {
  const documents = new Command('documents').description('access procedures, runbooks, reviews: Markdown with owner, versions and dates of review');
  documents
    .command('list')
    .description('documents; those whose review is due are marked')
    .option('--search <words>', 'those that hold all of these words')
    .option('--due', 'those whose review is due')
    .addHelpText('after', '\nExample: pilothouse documents list --search bastion')
    .action(run(list));
  documents
    .command('show <name>')
    .description('the text of a document as it was written')
    .option('--version <number>', 'an earlier text', integer)
    .option('--versions', 'the versions in place of the text')
    .addHelpText('after', '\nExample: pilothouse documents show production-access --version 2')
    .action(run(show));
  withFields(
    documents
      .command('import <file>')
      .description('keep a Markdown file as a document, or as a new version of the one that is there')
      .option('--name <name>', 'short name; the name of the file without its ending when not given'),
  )
    .addHelpText('after', '\nExample: pilothouse documents import access.md --kind procedure --owner "Platform team" --next-review 2027-03-01 --group pool-a')
    .action(run(importFile));
  withFields(documents.command('edit <name>').description('change what is given, leave the rest').option('--rename <name>', 'new short name'))
    .addHelpText('after', '\nExample: pilothouse documents edit production-access --reviewed-on 2026-11-21 --next-review 2027-03-01')
    .action(run(edit));
  documents
    .command('export <name>')
    .description('write the text to a file, or to standard output')
    .option('--out <file>', 'file that is written')
    .option('--version <number>', 'an earlier text', integer)
    .addHelpText('after', '\nExample: pilothouse documents export production-access --out access.md')
    .action(run(exportText));
  documents
    .command('remove <name>')
    .description('remove a document with all its versions')
    .addHelpText('after', '\nExample: pilothouse documents remove production-access')
    .action(run(remove));
  return documents;
}

/** The fields that options name; `-` means none. */
export function documentFields(options: FieldOptions): Partial<DocumentFields> {
  const word = (value: string | undefined) => (value === '-' ? null : value);
  const words = (values: string[] | undefined) => (values?.includes('-') ? [] : values);
  const { title, kind } = options;
  const given = {
    ...{ title, kind, owner: word(options.owner), reviewedOn: word(options.reviewedOn), nextReviewOn: word(options.nextReview) },
    ...{ servers: words(options.server), groups: words(options.group), stacks: words(options.stack) as StackId[] | undefined },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const nothing = { kind: 'note', owner: null, reviewedOn: null, nextReviewOn: null, servers: [], groups: [], stacks: [] } as const;
const reviewWords = { none: '', due: 'DUE', soon: 'soon', later: '' };

async function list(context: CliContext, options: { search?: string; due?: boolean }): Promise<void> {
  const { output } = context;
  const today = dayOf(Date.now());
  const all = (await (await context.client()).documents.list(options.search === undefined ? {} : { query: options.search })).documents;
  const documents = all.filter((document) => !options.due || reviewState(document, today) === 'due');
  if (output.json) return output.document({ documents: documents.map((document) => ({ ...document, review: reviewState(document, today) })) });
  if (documents.length === 0)
    return output.note(all.length > 0 || options.search !== undefined ? 'None.' : 'There are no documents. Keep one: pilothouse documents import FILE.md');
  const rows = documents.map((document) => [
    ...[document.name, document.kind, document.title, document.owner ?? '', `v${document.version}`, document.reviewedOn ?? ''],
    `${document.nextReviewOn ?? ''} ${reviewWords[reviewState(document, today)]}`.trim(),
    document.excerpt ?? about(document),
  ]);
  for (const line of table(['NAME', 'KIND', 'TITLE', 'OWNER', 'VERSION', 'REVIEWED', 'NEXT REVIEW', options.search ? 'FOUND' : 'ABOUT'], rows, output))
    output.line(line);
}

function about({ groups, stacks, servers }: DocumentSummary): string {
  return [...groups.map((group) => `group:${group}`), ...stacks.map((stack) => `stack:${stack}`), ...servers].join(' ');
}

async function show(context: CliContext, name: string, { version, versions }: { version?: number; versions?: boolean }): Promise<void> {
  const { output } = context;
  const found = await (await context.client()).documents.get({ name, ...(version === undefined ? {} : { version }) });
  if (output.json) return output.document(found);
  if (!versions) return output.raw(found.text.endsWith('\n') ? found.text : `${found.text}\n`);
  const rows = found.versions.map((each) => [`v${each.version}`, new Date(each.savedAtMs).toISOString(), each.who, each.note ?? '']);
  for (const line of table(['VERSION', 'SAVED', 'WHO', 'NOTE'], rows, output)) output.line(line);
}

async function importFile(context: CliContext, file: string, options: FieldOptions & { name?: string }): Promise<void> {
  const text = await readText(file);
  const name = options.name ?? basename(file, extname(file));
  const client = await context.client();
  const isThere = (await client.documents.list({})).documents.some((document) => document.name === name);
  const fields = documentFields(options);
  const note = options.note ?? null;
  const document = isThere
    ? await client.documents.edit({ requestId: newRequestId(), name, fields, text, note })
    : await client.documents.add({
        requestId: newRequestId(),
        fields: { ...nothing, name, title: titleOfText(text) ?? name, ...fields } as DocumentFields,
        text,
        note,
      });
  if (context.output.json) context.output.document(document);
  else context.output.line(`${isThere ? 'Saved' : 'Added'} ${document.name}, version ${document.version}.`);
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('local.file-unreadable', { path: file, reason: error.code === 'ENOENT' ? 'there is no such file' : error.message });
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.length <= mostDocumentText) return text;
  } catch {
    throw new AppError('local.file-unreadable', { path: file, reason: 'it is no text in UTF-8' });
  }
  throw new AppError('local.file-unreadable', { path: file, reason: `it has more than ${mostDocumentText} characters` });
}

async function edit(context: CliContext, name: string, options: FieldOptions & { rename?: string }): Promise<void> {
  const fields = { ...documentFields(options), ...(options.rename === undefined ? {} : { name: options.rename }) };
  if (Object.keys(fields).length === 0) throw new UsageError('Nothing to change was given. See "pilothouse documents edit --help".');
  const document = await (await context.client()).documents.edit({ requestId: newRequestId(), name, fields, note: options.note ?? null });
  if (context.output.json) context.output.document(document);
  else context.output.line(`Changed ${document.name}.`);
}

async function exportText(context: CliContext, name: string, { out, version }: { out?: string; version?: number }): Promise<void> {
  const { output } = context;
  const { text, shown, document } = await (await context.client()).documents.get({ name, ...(version === undefined ? {} : { version }) });
  if (out !== undefined) await writeFile(out, text);
  if (output.json) return output.document({ document, shown, ...(out === undefined ? { text } : { file: out }) });
  if (out === undefined) output.raw(text);
  else output.line(`Wrote version ${shown} of ${name} to ${out}.`);
}

async function remove(context: CliContext, name: string): Promise<void> {
  await (await context.client()).documents.remove({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Removed ${name} with all its versions.`);
}
