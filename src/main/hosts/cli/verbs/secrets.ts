import { Command } from 'commander';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { readSecret } from '../guarded.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

async function set(context: CliContext, name: string): Promise<void> {
  const value = await readSecret(context, `Value of ${name}`);
  if (value === '') throw new UsageError('Nothing came on standard input. Pipe the value in, or type it on a terminal.');
  await (await context.client()).secrets.set({ requestId: newRequestId(), name, value });
  if (context.output.json) context.output.document({ set: name });
  else context.output.line(`Sealed ${name}.`);
}

async function list(context: CliContext): Promise<void> {
  const result = await (await context.client()).secrets.list({});
  if (context.output.json) return context.output.document(result);
  for (const line of table(
    ['NAME', 'CHANGED'],
    result.secrets.map((secret) => [secret.name, new Date(secret.updatedAtMs).toISOString()]),
    context.output,
  ))
    context.output.line(line);
}

async function unset(context: CliContext, name: string): Promise<void> {
  await (await context.client()).secrets.unset({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ unset: name });
  else context.output.line(`Removed ${name}.`);
}

/** `pilothouse secrets …`: values go in by standard input and are never shown. */
export function secretsCommand(run: Run): Command {
  const secrets = new Command('secrets').description('sealed on this computer; values are never shown');
  secrets
    .command('set <name>')
    .description('read the value from standard input')
    .addHelpText('after', '\nExample: pilothouse secrets set registry/token < token.txt')
    .action(run(set));
  secrets.command('list').description('names').addHelpText('after', '\nExample: pilothouse secrets list').action(run(list));
  secrets.command('unset <name>').description('remove it').addHelpText('after', '\nExample: pilothouse secrets unset registry/token').action(run(unset));
  return secrets;
}
