import { Command } from 'commander';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { LocalKey } from '../../../../shared/model/sshKey.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded, readSecret } from '../guarded.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface GenerateOptions {
  path?: string;
  comment?: string;
  passphraseStdin?: boolean;
  keep?: boolean;
}

interface ChangeOptions {
  user?: string;
  confirm?: string;
}

const size = ({ type, bits }: { type: string; bits: number | null }) => (bits === null ? type : `${type} ${bits}`);

async function generate(context: CliContext, name: string, { path, comment, passphraseStdin, keep }: GenerateOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const passphrase = passphraseStdin ? { passphrase: await readSecret(context, 'Passphrase') } : {};
  const where = { ...(path === undefined ? {} : { path }), ...(comment === undefined ? {} : { comment }) };
  const { key } = await client.keys.generate({ requestId: newRequestId(), name, ...where, ...passphrase, keepPassphrase: keep ?? false });
  if (output.json) return output.document({ key });
  output.line(`${key.path}  ${key.fingerprint}`);
  output.line(key.publicKey);
  output.note(`To let it log in: pilothouse keys install ${key.own ? key.name : key.path} SERVERS`);
}

function localRow(key: LocalKey): string[] {
  return [key.name, size(key), key.fingerprint, key.encrypted ? 'passphrase' : '', key.usedBy.join(', '), key.path];
}

async function list(context: CliContext, server: string | undefined, { user }: ChangeOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  if (server === undefined) {
    const local = await client.keys.list({});
    if (output.json) return output.document(local);
    if (local.keys.length === 0) return output.note('No key is known here. Make one: pilothouse keys generate NAME');
    for (const line of table(['NAME', 'TYPE', 'FINGERPRINT', '', 'USED BY', 'FILE'], local.keys.map(localRow), output)) output.line(line);
    return;
  }
  const held = await client.keys.authorized({ name: server, ...(user === undefined ? {} : { user }) });
  if (output.json) return output.document(held);
  output.line(`${output.style('bold', `${held.user}@${server}`)}  ${held.file}`);
  const rows = held.keys.map((key) => [String(key.line), size(key), key.fingerprint, key.carriesUs ? 'our login' : '', key.comment, key.options]);
  for (const line of table(['LINE', 'TYPE', 'FINGERPRINT', '', 'COMMENT', 'OPTIONS'], rows, output)) output.line(line);
}

async function conclude(context: CliContext, operation: Operation): Promise<void> {
  const ended = await followOperation(context, operation.id, { showOutput: false });
  concludeOperation(context, ended, { operation: ended });
}

async function install(context: CliContext, key: string, selector: string, { user, use, confirm }: ChangeOptions & { use?: boolean }): Promise<void> {
  const client = await context.client();
  const request = { selector, key, use: use ?? false, ...(user === undefined ? {} : { user }) };
  const { operation } = await guarded(context, confirm, (confirmed) => client.keys.install({ requestId: newRequestId(), ...request, ...confirmed }));
  await conclude(context, operation);
}

async function remove(
  context: CliContext,
  fingerprint: string,
  selector: string,
  { user, takeOver, confirm }: ChangeOptions & { takeOver?: string },
): Promise<void> {
  const client = await context.client();
  const request = { selector, fingerprint, ...(user === undefined ? {} : { user }), ...(takeOver === undefined ? {} : { takeOver }) };
  const { operation } = await guarded(context, confirm, (confirmed) => client.keys.remove({ requestId: newRequestId(), ...request, ...confirmed }));
  await conclude(context, operation);
}

/** `pilothouse keys …`: keys on this computer, and who may log in to servers. */
export function keysCommand(run: Run): Command {
  const keys = new Command('keys').description('keys on this computer, and who may log in to servers');
  keys
    .command('generate <name>')
    .description('make an ed25519 key')
    .option('--path <file>', 'where the private half is kept; the data directory when not given')
    .option('--comment <text>', 'comment of the public half; the name when not given')
    .option('--passphrase-stdin', 'encrypt the private half; the passphrase is read from standard input')
    .option('--keep', 'keep the passphrase sealed on this computer')
    .addHelpText('after', '\nExample: pilothouse keys generate laptop')
    .action(run(generate));
  keys
    .command('list [server]')
    .description('keys on this computer, or those that may log in to a server')
    .option('--user <login>', 'of this user there; of our own login when not given')
    .addHelpText('after', '\nExample: pilothouse keys list gpu-1')
    .action(run(list));
  keys
    .command('install <key> <selector>')
    .description('let a key log in, proved by a fresh login')
    .option('--user <login>', 'as this user there; as our own login when not given')
    .option('--use', 'then log in with it from now on')
    .option('--confirm <name>', 'for production: the name of the server, or the selector')
    .addHelpText('after', "\nExample: pilothouse keys install laptop 'env:staging' --use")
    .action(run(install));
  keys
    .command('remove <fingerprint> <selector>')
    .description('take a key off servers; the one that carries us only when another was proved')
    .option('--user <login>', 'of this user there; of our own login when not given')
    .option('--take-over <key>', 'key of this computer that logs in instead')
    .option('--confirm <name>', 'for production: the name of the server, or the selector')
    .addHelpText('after', '\nExample: pilothouse keys remove SHA256:… gpu-1 --take-over laptop')
    .action(run(remove));
  return keys;
}
