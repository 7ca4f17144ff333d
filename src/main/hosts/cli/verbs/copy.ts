import { resolve, sep } from 'node:path';
import { Command } from 'commander';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { followTransfers } from '../transferLine.ts';
import type { Run } from './run.ts';

interface CopyOptions {
  up?: boolean;
  down?: boolean;
  sudo?: boolean;
  confirm?: string;
}

/** A path of this computer from its root; a separator at the end, which means a directory, stays. */
function fromRoot(path: string): string {
  const whole = resolve(path);
  return /[/\\]$/.test(path) && !whole.endsWith(sep) ? `${whole}${sep}` : whole;
}

async function copy(context: CliContext, selector: string, from: string, to: string, options: CopyOptions): Promise<void> {
  if (options.up === options.down) throw new UsageError('Say which way: --up LOCAL REMOTE or --down REMOTE LOCAL.');
  const direction = options.up ? 'up' : 'down';
  const [local, remote] = direction === 'up' ? [from, to] : [to, from];
  const client = await context.client();
  const { operation } = await guarded(context, options.confirm, (confirm) =>
    client.files.copy({ requestId: newRequestId(), selector, direction, local: fromRoot(local), remote, sudo: options.sudo ?? false, ...confirm }),
  );
  const stop = followTransfers(context, client, operation);
  const ended = await followOperation(context, operation.id, { showOutput: true }).finally(stop);
  concludeOperation(context, ended);
}

/** `pilothouse copy SELECTOR --up LOCAL REMOTE` or `--down REMOTE LOCAL`. */
export function copyCommand(run: Run): Command {
  return new Command('copy')
    .description('copy a file or a directory to servers, or from them')
    .argument('<selector>', 'which servers')
    .argument('<from>', 'what to copy')
    .argument('<to>', 'where to; into it, if it is a directory or ends with /')
    .option('--up', 'from this computer to the servers')
    .option('--down', 'from the servers to this computer; from several, into a directory each')
    .option('--sudo', 'as root')
    .option('--confirm <name>', 'for production: the name of the server or the selector')
    .addHelpText(
      'after',
      "\nExamples: pilothouse copy env:staging --up model.gguf /srv/models/\n          pilothouse copy gpu-1 --down /var/log/nginx ./logs\n\nCut off, it goes on by itself from where it was; both ends are compared by SHA-256.\nA path on a server that does not begin with / lies below the login's home.",
    )
    .action(run(copy));
}
