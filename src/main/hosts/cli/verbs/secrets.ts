import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { SecretUse } from '../../../../shared/contract/secrets.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded, readSecret } from '../guarded.ts';
import { integer } from '../parseOptions.ts';
import { secretFromCommand } from '../secretCommand.ts';
import { harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface SetOptions {
  fromCommand?: string;
  generate?: boolean;
  length?: number;
}

async function set(context: CliContext, name: string, options: SetOptions): Promise<void> {
  const { secrets } = await context.client();
  if (options.generate) {
    if (options.fromCommand !== undefined) throw new UsageError('Either --generate or --from-command.');
    await secrets.generate({ requestId: newRequestId(), name, ...(options.length === undefined ? {} : { length: options.length }) });
  } else {
    const value = options.fromCommand === undefined ? await readSecret(context, `Value of ${name}`) : await secretFromCommand(options.fromCommand);
    if (value === '') throw new UsageError('Nothing came on standard input. Pipe the value in, or type it on a terminal.');
    await secrets.set({ requestId: newRequestId(), name, value });
  }
  if (context.output.json) context.output.document({ set: name });
  else context.output.line(`Sealed ${name}.`);
}

async function list(context: CliContext): Promise<void> {
  const result = await (await context.client()).secrets.list({});
  if (context.output.json) return context.output.document(result);
  for (const line of table(
    ['NAME', 'CHANGED', 'FINGERPRINT', 'USED BY'],
    result.secrets.map((secret) => [
      secret.name,
      new Date(secret.updatedAtMs).toISOString(),
      secret.fingerprint ?? 'locked',
      secret.uses.map((use) => `${use.serverName}/${use.stackId}`).join(' '),
    ]),
    context.output,
  ))
    context.output.line(line);
}

/** A place where a secret is in use, as a row. */
export function useRow(use: SecretUse & { name: string }): string[] {
  const since = use.since === null ? 'unknown' : `${use.since}${use.sinceMs === null ? '' : `, ${new Date(use.sinceMs).toISOString()}`}`;
  return [use.name, use.stackId, use.serverName, use.services.join(',') || '—', use.release, since];
}

async function where(context: CliContext, name: string): Promise<void> {
  const { uses } = await (await context.client()).secrets.where({ name });
  if (context.output.json) return context.output.document({ uses });
  if (uses.length === 0) return context.output.note(`${harmless(name)} is not in use, as far as this computer has seen.`);
  for (const line of table(['NAME', 'STACK', 'SERVER', 'SERVICES', 'RELEASE', 'SINCE'], uses.map(useRow), context.output)) context.output.line(line);
}

async function unset(context: CliContext, name: string): Promise<void> {
  await (await context.client()).secrets.unset({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ unset: name });
  else context.output.line(`Removed ${name}.`);
}

async function importEnv(context: CliContext, options: { envFile: string; stack: string; server?: string }): Promise<void> {
  const text = await readFile(options.envFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${options.envFile} cannot be read: ${error.code ?? 'unknown reason'}.`);
  });
  const server = options.server === undefined ? {} : { server: options.server };
  const result = await (await context.client()).secrets.importEnv({ requestId: newRequestId(), stackId: options.stack as StackId, text, ...server });
  if (context.output.json) return context.output.document(result);
  context.output.line(result.imported.length === 0 ? 'Nothing was imported.' : `Sealed ${result.imported.join(', ')}.`);
  if (result.left.length > 0) context.output.note(`Left, since ${options.stack} has no such secret: ${result.left.join(', ')}`);
}

interface RotateOptions {
  on: string;
  fromCommand?: string;
  ask?: boolean;
  confirm?: string;
  detach?: boolean;
}

async function rotate(context: CliContext, id: string, name: string, options: RotateOptions): Promise<void> {
  const { secrets } = await context.client();
  const asked = options.ask === true ? await readSecret(context, `New value of ${name}`) : undefined;
  if (asked === '') throw new UsageError('Nothing came on standard input.');
  const value = options.fromCommand === undefined ? asked : await secretFromCommand(options.fromCommand);
  const request = { stackId: id as StackId, name, selector: options.on, ...(value === undefined ? {} : { value }) };
  const { operation } = await guarded(context, options.confirm, (confirm) => secrets.rotate({ requestId: newRequestId(), ...request, ...confirm }));
  if (options.detach) {
    if (context.output.json) return context.output.document({ operation });
    return context.output.line(operation.id);
  }
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: false }));
}

/** `pilothouse secrets …`: values go in by standard input, or from a program of yours, and are never shown. */
export function secretsCommand(run: Run): Command {
  const secrets = new Command('secrets').description('sealed on this computer; values are never shown');
  const verb = (usage: string, description: string, example: string) =>
    secrets.command(usage).description(description).addHelpText('after', `\nExample: pilothouse secrets ${example}`);
  const fromCommand = ['--from-command <command>', 'what this program prints, as of a password manager; run without a shell'] as const;
  verb('set <name>', 'read the value from standard input, or from a program', "set registry/token --from-command 'op read op://vault/registry/token'")
    .option(...fromCommand)
    .option('--generate', 'make the value up')
    .option('--length <characters>', 'of a value that is made up; 32 when not given', integer)
    .action(run(set));
  verb('list', 'names, fingerprints and where each is in use', 'list').action(run(list));
  verb('where <name>', 'where it is in use: stack, server, services, release, since when', 'where DB_PASSWORD').action(run(where));
  verb('unset <name>', 'remove it', 'unset registry/token').action(run(unset));
  verb('import', 'take values for the secrets of a stack from an env file', 'import --env-file prod.env --stack privaxai --server gpu-1')
    .requiredOption('--env-file <file>', 'lines of NAME=value')
    .requiredOption('--stack <id>', 'of which stack')
    .option('--server <name>', 'for this server; may be left out for a project of yours')
    .action(run(importEnv));
  verb('rotate <stack> <name>', 'a new value where the stack runs, taken back if it is not well', 'rotate privaxai CLICKHOUSE_PASSWORD --on gpu-1')
    .requiredOption('--on <selector>', 'which servers')
    .option(...fromCommand)
    .option('--ask', 'read the new value from standard input; else it is made up')
    .option('--detach', 'start it and return; prints the id')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .action(run(rotate));
  return secrets;
}
