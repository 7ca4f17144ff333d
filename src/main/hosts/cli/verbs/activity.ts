import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ActivityOutcome, activityOutcomeSchema } from '../../../../shared/model/activity.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface ListOptions {
  search?: string;
  who?: string;
  server?: string;
  outcome?: ActivityOutcome;
  since?: number;
  limit: number;
}

/** `pilothouse activity …`: who changed what. */
export function activityCommand(run: Run): Command {
  const activity = new Command('activity').description('the ledger of every change made through Pilothouse: signed, chained, here and on the servers');
  activity
    .command('list')
    .description('changes, the newest first')
    .option('--search <words>', 'those that hold all of these words')
    .option('--who <name>', 'by this person')
    .option('--server <name>', 'on this server')
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(activityOutcomeSchema.options))
    .option('--since <age>', 'not older than this: 30m, 12h, 7d', age)
    .option('--limit <number>', 'at most so many', integer, 100)
    .addHelpText('after', '\nExample: pilothouse activity list --server gpu-eu-01 --since 7d')
    .action(run(list));
  activity
    .command('verify')
    .description('whether anything was changed, removed, moved, put in or cut off, here and on servers; exit 1 if so')
    .option('--on <selector>', 'servers whose copies are checked; all that have one when not given')
    .option('--here', 'only what is on this computer')
    .addHelpText('after', '\nExample: pilothouse activity verify --on env:production')
    .action(run(verify));
  activity
    .command('export')
    .description('the ledger in lines of JSON, as it is signed')
    .option('--server <name>', "that server's copy in place of this computer's ledger")
    .option('--out <file>', 'file that is written')
    .option('--keys <file>', 'write the public keys of everybody known there, for a verifier')
    .addHelpText('after', '\nExample: pilothouse activity export --out ledger.jsonl --keys people.txt && node verifyLedger.mjs ledger.jsonl people.txt')
    .action(run(exportLines));
  return activity;
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads an age like `12h` as milliseconds. */
export function age(value: string): number {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  if (number === undefined || unit === undefined) throw new InvalidArgumentError('an age like 30m, 12h or 7d is expected.');
  return Number(number) * (units[unit] ?? 0);
}

async function list(context: CliContext, { since, ...filter }: ListOptions): Promise<void> {
  const { output } = context;
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Omit<ListOptions, 'since'>;
  const sinceMs = since === undefined ? {} : { sinceMs: Date.now() - since };
  const { records, more, total } = await (await context.client()).activity.list({ ...given, ...sinceMs });
  if (output.json) return output.document({ records, more, total });
  const rows = records.map(({ seq, entry, signedBy }) => [
    ...[
      String(seq),
      new Date(entry.atMs).toISOString().replace('T', ' ').slice(0, 19),
      entry.who === signedBy ? entry.who : `${entry.who} (${signedBy ?? 'unknown key'})`,
    ],
    ...[entry.what, entry.servers.map(({ name }) => name).join(', '), entry.error === undefined ? entry.outcome : `${entry.outcome}: ${entry.error}`],
  ]);
  for (const line of table(['NO', 'WHEN (UTC)', 'WHO', 'WHAT', 'SERVERS', 'HOW'], rows, output)) output.line(line);
  if (more) output.note(`There are more; ${total} in all.`);
}

async function verify(context: CliContext, { on, here }: { on?: string; here?: boolean }): Promise<void> {
  const { output } = context;
  const result = await (await context.client()).activity.verify({ ...(on === undefined ? {} : { selector: on }), laptopOnly: here ?? false });
  if (output.json) output.document(result);
  else {
    for (const { server, records, head, findings } of result.ledgers) {
      const place = server ?? 'this computer';
      const mark = findings.length === 0 ? output.style('green', '✓') : output.style('red', '✗');
      output.line(`${mark} ${output.style('bold', place)}: ${records} records${head === null ? '' : `, head ${head.slice(0, 16)}…`}`);
      for (const { kind, line, detail } of findings) output.line(`    ${output.style('red', kind)}${line === null ? '' : ` at line ${line}`}: ${detail}`);
    }
  }
  if (!result.ok) throw new ExitWith(exitCodes.failed);
}

async function exportLines(context: CliContext, { server, out, keys }: { server?: string; out?: string; keys?: string }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const lines: string[] = [];
  let people: string[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await client.activity.export({ afterSeq, ...(server === undefined ? {} : { server }) });
    for (const line of page.lines) lines.push(line);
    people = page.keys;
    if (page.next === null) break;
    afterSeq = page.next;
  }
  if (keys !== undefined) await writeFile(keys, people.map((line) => `${line}\n`).join(''));
  const text = lines.map((line) => `${line}\n`).join('');
  if (out === undefined) return output.raw(text);
  await writeFile(out, text);
  if (output.json) output.document({ file: out, records: lines.length });
  else output.line(`Wrote ${lines.length} records to ${out}.`);
}
