import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ExportFormat, ImportEntry, ImportPreview, ImportSource } from '../../../../shared/contract/servers.ts';
import { importChoice, withJumpHosts } from '../../../../shared/model/importChoice.ts';
import type { Environment } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { guarded } from '../guarded.ts';
import { collect } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface ImportOptions {
  sshConfig?: string | true;
  file?: string;
  ansible?: string;
  apply?: boolean;
  update?: boolean;
  only?: string[];
  env?: Environment;
  confirm?: string;
}

interface ExportOptions {
  format?: ExportFormat;
  out?: string;
}

const formats = ['ansible-ini', 'ansible-yaml', 'csv', 'json', 'yaml'] as const satisfies ExportFormat[];

/** Adds `servers import` and `servers export`. */
export function addImportCommands(servers: Command, run: Run): void {
  servers
    .command('import')
    .description('show what a file holds against the inventory, and add or change servers by it')
    .option('--ssh-config [file]', 'OpenSSH client configuration; your own when no file is given')
    .option('--file <file>', 'servers as .yaml, .json or .csv, as “servers export” writes them')
    .option('--ansible <file>', 'Ansible inventory, INI or YAML, with group_vars and host_vars beside it')
    .option('--apply', 'add the new ones')
    .option('--update', 'with --apply: also change those that are there with other values')
    .option('--only <name>', 'with --apply: this entry, even one in conflict; may be given several times', collect)
    .addOption(
      new Option('--env <environment>', 'environment of the new ones; by default the one their names tell').choices(['development', 'staging', 'production']),
    )
    .option('--confirm <name>', 'for changes of production: the name of the server, or their number as asked for')
    .addHelpText('after', '\nExample: pilothouse servers import --ssh-config --apply --env staging')
    .action(run(importServers));
  servers
    .command('export [selector]')
    .description('write servers as a file; secrets are never part of it')
    .addOption(new Option('--format <format>', 'by default that of the file name of --out, or yaml').choices([...formats]))
    .option('--out <file>', 'write there rather than to standard output')
    .addHelpText('after', "\nExample: pilothouse servers export 'group:pool-a' --out pool-a.csv")
    .action(run(exportServers));
}

/** The source that the options name. Exactly one has to. */
export function importSource(options: Pick<ImportOptions, 'sshConfig' | 'file' | 'ansible'>): ImportSource {
  const given = [options.sshConfig, options.file, options.ansible].filter((option) => option !== undefined);
  if (given.length !== 1) throw new UsageError('Name one source: --ssh-config [FILE], --file FILE or --ansible FILE.');
  if (options.ansible !== undefined) return { source: 'ansible', path: resolve(options.ansible) };
  if (options.file !== undefined) {
    const source = sourceByEnding[extname(options.file).toLowerCase()];
    if (source === undefined) throw new UsageError('The file has to end in .yaml, .yml, .json or .csv.');
    return { source, path: resolve(options.file) };
  }
  return typeof options.sshConfig === 'string' ? { source: 'ssh-config', path: resolve(options.sshConfig) } : { source: 'ssh-config' };
}

const sourceByEnding: Readonly<Record<string, 'yaml' | 'json' | 'csv'>> = { '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json', '.csv': 'csv' };

/** Ids of the entries that the options choose. Throws a usage error for a name that cannot be chosen. */
export function chosenEntries(entries: readonly ImportEntry[], options: Pick<ImportOptions, 'update' | 'only'>): Set<string> {
  if (options.only !== undefined) {
    const chosen = options.only.map((name) => {
      const entry = entries.find((candidate) => candidate.name === name && candidate.action !== null);
      if (entry === undefined) throw new UsageError(`There is no entry “${name}” that could be imported.`);
      return entry.id;
    });
    return withJumpHosts(entries, new Set(chosen));
  }
  const wanted = entries.filter(({ status }) => status === 'new' || (options.update === true && status === 'changed'));
  return withJumpHosts(entries, new Set(wanted.map(({ id }) => id)));
}

async function importServers(context: CliContext, options: ImportOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const preview = await client.servers.importPreview(importSource(options));
  const chosen = chosenEntries(preview.entries, options);
  const choice = importChoice(preview.entries, chosen, options.env ?? null);
  const count = choice.add.length + choice.update.length;
  const applied =
    options.apply && count > 0
      ? await guarded(context, options.confirm, (confirm) => client.servers.importApply({ requestId: newRequestId(), ...choice, ...confirm }))
      : { added: [], updated: [] };
  if (output.json) return output.document({ ...preview, ...applied });
  printPreview(context, preview);
  output.note(
    options.apply
      ? `${applied.added.length} added and ${applied.updated.length} changed from ${preview.path}. Host keys are asked for before the first login.`
      : `Nothing was changed yet. With --apply: ${choice.add.length} added, ${choice.update.length} changed.`,
  );
}

function printPreview({ output }: CliContext, { entries, remarks }: ImportPreview): void {
  const rows = entries.map((entry) => [
    entry.status,
    entry.name,
    entry.fields === null
      ? ''
      : `${entry.fields.user}@${entry.fields.host}:${entry.fields.port}${entry.fields.jump === null ? '' : ` via ${entry.fields.jump}`}`,
    entry.source,
    [...entry.differences.map(({ field, present, imported }) => `${field}: ${present} → ${imported}`), ...entry.notes].join('; '),
  ]);
  for (const line of table(['STATUS', 'NAME', 'LOGIN', 'SOURCE', 'NOTES'], rows, output)) output.line(line);
  for (const { source, text } of remarks) output.note(`${source}: ${text}`);
}

/** The format that the options name, or the file's ending tells. */
export function exportFormat(options: ExportOptions): ExportFormat {
  if (options.format !== undefined) return options.format;
  const ending = extname(options.out ?? '').toLowerCase();
  return ending === '.ini' ? 'ansible-ini' : (sourceByEnding[ending] ?? 'yaml');
}

async function exportServers(context: CliContext, selector: string | undefined, options: ExportOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const exported = await client.servers.export({ format: exportFormat(options), ...(selector === undefined ? {} : { selector }) });
  if (options.out !== undefined) await writeFile(options.out, exported.text, { mode: 0o600 });
  if (output.json) return output.document(options.out === undefined ? exported : { ...exported, text: undefined, out: resolve(options.out) });
  if (options.out === undefined) for (const line of exported.text.replace(/\n$/, '').split('\n')) output.line(line);
  for (const note of exported.notes) output.note(note);
  if (options.out !== undefined) output.note(`${exported.count} servers written to ${options.out}. Passwords and passphrases are not part of it.`);
}
